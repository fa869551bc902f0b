// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

namespace widthwise::ui {

/// How many values a grid with `points` points takes of the domain, counted without writing them out, so that
/// a step that is still being typed costs nothing. 0 for bounds or a step that make no sense.
double gridCount(const Domain& domain, int points);

/// True where a grid over the space is small enough to be written out while a person types.
bool isSmallGrid(const SearchSpace& space, int points);

} // namespace widthwise::ui
