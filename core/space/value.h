// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace widthwise {

/// One hyperparameter's value. The alternative is part of the value: `1` and `1.0` differ.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// The value as a person and a command line write it: `true`, `64`, `0.001`, `adamw`.
/// Floating-point values are printed with the fewest digits that read back to the same double.
std::string toText(const Value& value);

/// Reads `text` as the narrowest of bool, integer, float and string that holds it (YAML's core schema).
Value valueFromText(std::string_view text);

/// Whether `text` is a whole number, decimal, 0x… or 0o…, that no std::int64_t holds. As a Value it is not
/// what was written: refuse it first.
bool isTooLargeInteger(std::string_view text);

/// The integer as a double; empty where none is equal to it (beyond 2^53 only some are).
std::optional<double> exactNumber(std::int64_t integer);

/// The value as a double: booleans are 0 or 1. Throws std::invalid_argument for strings.
double toNumber(const Value& value);

} // namespace widthwise
