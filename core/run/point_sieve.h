// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/notice.h"
#include "core/store/series.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace widthwise {

/// Leaves of `points` of a trial, which is a store id, those whose step is greater than all before in their
/// series: no others can be kept. Says what was lost thereby; a point that the store holds already is no
/// loss, as a file that was written anew brings it again.
std::vector<Notice> sift(SeriesTable& table, std::int64_t trial,
                         std::map<std::string, std::vector<Point>>& points);

} // namespace widthwise
