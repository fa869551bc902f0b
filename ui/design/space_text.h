// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <string>
#include <string_view>

namespace widthwise::ui {

/// The experiment file `yaml`, whose space is `before`, with the space `after`. Where only bounds, steps or
/// scales differ just those values change, so that comments inside a parameter stay as well; else see
/// withSpace, which also says what it throws.
std::string withSpaceChanged(std::string_view yaml, const SearchSpace& before, const SearchSpace& after);

} // namespace widthwise::ui
