// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace widthwise {

namespace {

std::vector<double> ranks(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]])
            ++last;
        for (std::size_t i = first; i <= last; ++i)
            ranks[order[i]] = static_cast<double>(first + last) / 2;
        first = last + 1;
    }
    return ranks;
}

} // namespace

double rankCorrelation(std::span<const double> a, std::span<const double> b)
{
    const std::vector<double> ofA = ranks(a), ofB = ranks(b);
    const double mean = (static_cast<double>(a.size()) - 1) / 2;
    double product = 0, squareA = 0, squareB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += (ofA[i] - mean) * (ofB[i] - mean);
        squareA += (ofA[i] - mean) * (ofA[i] - mean);
        squareB += (ofB[i] - mean) * (ofB[i] - mean);
    }
    return squareA == 0 || squareB == 0 ? 0 : product / std::sqrt(squareA * squareB);
}

} // namespace widthwise
