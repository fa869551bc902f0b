// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/invocation.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace widthwise::ctl {

// Options that say what a study runs. All throw Failure (BadUsage) naming the option.

/// What stands between the commas.
std::vector<std::string> itemsOf(const std::string& list);

/// `expected` as the error says it: "a number such as 0.01".
template <class Number>
Number numberOf(const std::string& text, const std::string& option, const std::string& expected)
{
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end)
        throw Failure(BadUsage, "--" + option + " takes " + expected + ", got \"" + text + '"');
    return number;
}

/// Of `--widths LIST`; empty where it is not given, as in the following.
std::optional<std::vector<std::int64_t>> widthsOf(const Invocation& invocation);
/// 1, 2, … of `--seeds N`.
std::optional<std::vector<std::int64_t>> seedsOf(const Invocation& invocation);

} // namespace widthwise::ctl
