// SPDX-License-Identifier: GPL-3.0-or-later
// SeriesPyramid: appending, and the extents of one curve for the 1200 pixel columns of a plot.
#include "core/analysis/series_pyramid.h"

#include "report.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

using namespace widthwise;
using namespace widthwise::bench;

namespace {

constexpr std::size_t columns = 1200;

struct Columns {
    std::vector<std::int64_t> steps;
    std::vector<double> values;
};

Columns noise(std::size_t points)
{
    Columns curve;
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < points; ++i) {
        curve.steps.push_back(static_cast<std::int64_t>(i));
        curve.values.push_back(normal(random));
    }
    return curve;
}

Extent scan(const std::vector<double>& values, std::size_t first, std::size_t last)
{
    Extent extent;
    for (std::size_t i = first; i < last; ++i) {
        const double value = values[i];
        if (!std::isfinite(value)) {
            extent.nonFinite = true;
            continue;
        }
        extent.minimum = std::min(extent.minimum, value);
        extent.maximum = std::max(extent.maximum, value);
    }
    return extent;
}

void appending()
{
    const Columns curve = noise(1'000'000);
    const double pyramid = medianSeconds(9, [&curve] {
        SeriesPyramid grown;
        for (std::size_t i = 0; i < curve.steps.size(); ++i)
            grown.append(curve.steps[i], curve.values[i]);
        use(grown);
    });
    const double vectors = medianSeconds(9, [&curve] {
        Columns grown;
        for (std::size_t i = 0; i < curve.steps.size(); ++i) {
            grown.steps.push_back(curve.steps[i]);
            grown.values.push_back(curve.values[i]);
            use(grown);
        }
    });
    report({"pyramid: append a point", 1e9 * pyramid / 1e6, "ns",
            Reference{"two vectors", 1e9 * vectors / 1e6}, ratioAtMost(6)});
}

void row(std::size_t points, const Target& target)
{
    const Columns curve = noise(points);
    SeriesPyramid pyramid;
    pyramid.append(curve.steps, curve.values);
    const int repeats = points > 1'000'000 ? 5 : 51;
    const auto overColumns = [points](const auto& extentOf) {
        for (std::size_t column = 0; column < columns; ++column)
            use(extentOf(column * points / columns, (column + 1) * points / columns));
    };
    const double asked = medianSeconds(repeats, [&] {
        overColumns([&pyramid](std::size_t first, std::size_t last) { return pyramid.extent(first, last); });
    });
    const double scanned = medianSeconds(repeats, [&] {
        overColumns(
            [&curve](std::size_t first, std::size_t last) { return scan(curve.values, first, last); });
    });
    report({"pyramid: 1200 columns of " + std::to_string(points) + " points", 1e6 * asked, "us",
            Reference{"plain scan", 1e6 * scanned}, target});
}

} // namespace

int main()
{
    appending();
    row(10'000, ratioAtMost(1.2));
    row(100'000, ratioAtMost(0.5));
    row(10'000'000, ratioAtMost(0.02));
}
