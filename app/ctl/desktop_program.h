// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::ctl {

class Invocation;

/// Has the desktop program beside this one write a figure of the command's store to a .pdf, .svg or .png
/// file: it has the charts. `arguments` are those of `widthwise --figure` that say which. Throws Failure.
void drawFigure(const Invocation& invocation, const std::string& file, std::vector<std::string> arguments);

} // namespace widthwise::ctl
