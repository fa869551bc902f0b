// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// Beside `path`, for its contents until they are whole: another name at each call, for several threads and
/// processes may write to one path at once.
std::string partialPath(const std::string& path);

} // namespace widthwise
