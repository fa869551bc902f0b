// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/plan_options.h"

#include <numeric>

namespace widthwise::ctl {

std::vector<std::string> itemsOf(const std::string& list)
{
    std::vector<std::string> items;
    for (std::size_t start = 0; start <= list.size();) {
        const std::size_t end = std::min(list.find(',', start), list.size());
        items.push_back(list.substr(start, end - start));
        start = end + 1;
    }
    return items;
}

std::optional<std::vector<std::int64_t>> widthsOf(const Invocation& invocation)
{
    const std::optional<std::string> list = invocation.value("widths");
    if (!list)
        return std::nullopt;
    std::vector<std::int64_t> widths;
    for (const std::string& width : itemsOf(*list))
        widths.push_back(numberOf<std::int64_t>(width, "widths", "whole numbers such as 32,64,128"));
    return widths;
}

std::optional<std::vector<std::int64_t>> seedsOf(const Invocation& invocation)
{
    const std::optional<int> count = invocation.number("seeds");
    if (!count)
        return std::nullopt;
    std::vector<std::int64_t> seeds(static_cast<std::size_t>(*count));
    std::iota(seeds.begin(), seeds.end(), 1);
    return seeds;
}

} // namespace widthwise::ctl
