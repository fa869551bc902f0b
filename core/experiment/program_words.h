// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// The words of a command that runs without a shell: quotes and backslashes mean what they mean to one.
/// Throws std::invalid_argument for an empty command, a quote that is not closed, or what only a shell does,
/// as `|` and `$HOME`.
std::vector<std::string> programWords(std::string_view command);

} // namespace widthwise
