// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

/// A length of time with its units, `90s`, `15min`, `2h`, `1d`, `1.5h`, `1h30` (minutes), `1h 30min`. Empty
/// for anything else, numbers without a unit included.
std::optional<std::chrono::duration<double>> durationFromText(std::string_view text);

/// The shortest such text that reads back to the same length: `1h30min`.
std::string durationToText(std::chrono::duration<double> duration);

} // namespace widthwise
