// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace widthwise {

/// What the writer of `text` most likely meant: the candidate at the smallest edit distance (insert, delete,
/// replace and swap neighbours, case ignored), or one that `text` begins. Empty where none is near.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates);

/// ` (did you mean "log"?)`, or nothing where no candidate is near.
std::string suggestion(std::string_view text, std::span<const std::string> candidates);

} // namespace widthwise
