// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/nearest.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What the tables of algorithms and of schedulers have in common: descriptions with an id.
namespace widthwise {

template <class Description>
std::vector<std::string> idsOf(const std::vector<Description>& all)
{
    std::vector<std::string> ids;
    for (const Description& description : all)
        ids.push_back(description.id);
    return ids;
}

/// Throws std::invalid_argument for an unknown id: `unknown`, the id, and the nearest one.
template <class Description>
const Description& described(const std::vector<Description>& all, std::string_view id,
                             const std::string& unknown)
{
    const auto found = std::ranges::find(all, id, &Description::id);
    if (found == all.end())
        throw std::invalid_argument(unknown + " \"" + std::string(id) + "\"" + suggestion(id, idsOf(all)));
    return *found;
}

} // namespace widthwise
