// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

// What experiments and parameters may be called. Letters and digits are those of Unicode: μ and é are
// letters.

/// Why an experiment cannot have this name, or nothing. It names folders: letters, digits, `.`, `_` and `-`,
/// at most 100 bytes, and neither `.` nor `-` first.
std::optional<std::string> whyNotExperimentName(std::string_view name);

/// Why a parameter cannot have this name, or nothing. It begins with a letter and has letters, digits, `_`,
/// `.`, `-` and `/`.
std::optional<std::string> whyNotParameterName(std::string_view name);

} // namespace widthwise
