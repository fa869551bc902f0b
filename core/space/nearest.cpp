// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/nearest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace widthwise {

namespace {

constexpr std::size_t longest = 64; ///< nobody mistypes a longer name into a valid one

std::string lowered(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// Optimal string alignment distance.
std::size_t distance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> beforeLast, last(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], beforeLast[j - 2] + 1);
        }
        beforeLast = std::exchange(last, current);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates)
{
    if (text.empty() || text.size() > longest)
        return std::nullopt;
    const std::string wanted = lowered(text);
    const std::string* best = nullptr;
    std::size_t bestDistance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::string name = lowered(candidate);
        const bool abbreviated = wanted.size() >= 3 && name.starts_with(wanted);
        const std::size_t d = abbreviated ? 1 : distance(wanted, name);
        if (d < bestDistance) {
            bestDistance = d;
            best = &candidate;
        }
    }
    return best ? std::optional(*best) : std::nullopt;
}

std::string suggestion(std::string_view text, std::span<const std::string> candidates)
{
    const auto meant = nearest(text, candidates);
    return meant ? " (did you mean \"" + *meant + "\"?)" : std::string();
}

} // namespace widthwise
