// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_values.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <vector>

namespace widthwise {

std::optional<int> slurmCount(std::string_view text)
{
    int count = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, count);
    const bool isCount = error == std::errc() && at == end && count >= 0 && !text.starts_with('-');
    return isCount ? std::optional(count) : std::nullopt;
}

int slurmSum(int count, int other)
{
    return other > INT_MAX - count ? INT_MAX : count + other;
}

std::optional<Seconds> slurmTime(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const bool hasDays = dash != std::string_view::npos;
    const auto days = hasDays ? slurmCount(text.substr(0, dash)) : std::optional(0);
    std::string_view rest = hasDays ? text.substr(dash + 1) : text;
    std::vector<int> parts;
    for (bool more = true; more;) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        const auto part = slurmCount(rest.substr(0, colon));
        if (!days || !part || parts.size() == 3)
            return std::nullopt;
        parts.push_back(*part);
        more = colon < rest.size();
        rest.remove_prefix(colon + (more ? 1 : 0));
    }
    // With days the first part is hours; without, one or two parts begin with minutes.
    if (!hasDays && parts.size() < 3)
        parts.insert(parts.begin(), 0);
    parts.resize(3);
    return Seconds(((*days * 24.0 + parts[0]) * 60 + parts[1]) * 60 + parts[2]);
}

} // namespace widthwise
