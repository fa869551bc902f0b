// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/grid_count.h"

#include <algorithm>
#include <cmath>

namespace widthwise::ui {

namespace {

constexpr double mostValues = 10'000; ///< of one parameter

struct Count {
    int points;
    double operator()(const FloatRange& range) const
    {
        if (!range.step)
            return points;
        const double steps = std::floor((range.high - range.low) / *range.step + 1e-9);
        return steps >= 0 ? steps + 1 : 0;
    }
    double operator()(const IntegerRange& range) const
    {
        const double span = static_cast<double>(range.high) - static_cast<double>(range.low);
        if (span < 0 || (range.step && *range.step < 1))
            return 0;
        return range.step ? std::floor(span / static_cast<double>(*range.step)) + 1
                          : std::min(span + 1, static_cast<double>(points));
    }
    double operator()(const Choices& choices) const { return static_cast<double>(choices.values.size()); }
    double operator()(const FixedValue&) const { return 1; }
};

} // namespace

double gridCount(const Domain& domain, int points)
{
    return std::visit(Count{points}, domain);
}

bool isSmallGrid(const SearchSpace& space, int points)
{
    const auto& parameters = space.parameters();
    return std::all_of(parameters.begin(), parameters.end(), [points](const Parameter& parameter) {
        return gridCount(parameter.domain, points) <= mostValues;
    });
}

} // namespace widthwise::ui
