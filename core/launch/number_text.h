// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

/// The whole of `text`, outer spaces aside, as a number in any spelling that programs print, `nan`, `-inf`
/// and `1.#INF` included.
std::optional<double> numberFromText(std::string_view text);

/// So that it reads back to the same bits, a NaN aside.
std::string textOfNumber(double value);

/// As a step: a whole number from 0 to 2^63 - 1, kept exactly; as `5e9` or `3.0` up to 2^53.
std::optional<std::int64_t> stepFromText(std::string_view text);
/// A number as a step, on the same terms.
std::optional<std::int64_t> stepFromNumber(double value);

/// Whether what stands at `first`, of `length` characters or more, is a number with a comma in it: `0,532`,
/// `1.234,5` and `1,234.5`, but neither `0.5,0.6` nor `3,acc`.
bool hasNumberComma(std::string_view line, std::size_t first, std::size_t length);

/// The length of the number at `first`, of which a pattern took `length` characters, with what it may have
/// left: `#INF` of `1.#INF`.
std::size_t lengthOfNumber(std::string_view line, std::size_t first, std::size_t length);
/// Whether the digits at `first` are only the beginning of a number: `1'234`, `1_000`, or with a blank
/// between them.
bool hasDigitGroups(std::string_view line, std::size_t first, std::size_t length);

} // namespace widthwise
