// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace widthwise {

/// Which groups of a regular expression tell a metric's name, its value and its step; 0 where none does.
struct PatternGroups {
    std::size_t name = 0, value = 0, step = 0;
};

/// `pattern` is valid. Throws std::invalid_argument where its groups do not tell name and value.
PatternGroups groupsOf(std::string_view pattern);

} // namespace widthwise
