// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace widthwise::trainer {

struct Gn2Settings {
    std::int64_t heads = 8;
    std::int64_t headWidth = 0;
    bool zeroQuery = false;
    bool registerToken = false;
    bool normAfterReadout = false;
    bool originTask = false;
    double originLossWeight = 0.5;
    bool vertexTask = false;
    double vertexLossWeight = 1.5;

    /// The width of one attention head of a model of this width.
    std::int64_t widthOfHead(std::int64_t width) const { return headWidth > 0 ? headWidth : width / heads; }
};

} // namespace widthwise::trainer
