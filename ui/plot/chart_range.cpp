// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/chart_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise::ui {

namespace {

constexpr double margin = 0.05;
/// Of the height, above the points, where an ∞ stands.
constexpr double headroom = 0.08;

class Extent {
public:
    explicit Extent(ChartScale scale) : m_logarithmic(scale != ChartScale::Linear) {}

    void add(double value)
    {
        if (!std::isfinite(value) || (m_logarithmic && value <= 0))
            return;
        const double place = m_logarithmic ? std::log2(value) : value;
        m_low = std::min(m_low, place);
        m_high = std::max(m_high, place);
    }

    std::pair<double, double> withMargins(double above) const
    {
        if (m_low > m_high)
            return m_logarithmic ? std::pair(1.0, 2.0) : std::pair(0.0, 1.0);
        const double flat = m_logarithmic ? 1 : std::max(1e-6, std::abs(m_high));
        const double size = m_high > m_low ? m_high - m_low : flat;
        return {back(m_low - margin * size), back(m_high + above * size)};
    }

private:
    double back(double place) const { return m_logarithmic ? std::exp2(place) : place; }

    bool m_logarithmic;
    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
};

std::pair<double, double> rangeOf(const ChartData& data, const ChartAxis& axis, double ChartPoint::*value,
                                  std::optional<std::pair<double, double>> ChartPoint::*error)
{
    if (axis.range)
        return *axis.range;
    Extent extent(axis.scale);
    bool infinite = false;
    for (const ChartPanel& panel : data.panels)
        for (const ChartSeries& series : panel.series)
            for (const ChartPoint& point : series.points) {
                extent.add(point.*value);
                infinite = infinite || std::isinf(point.*value);
                if (const auto& ends = point.*error) {
                    extent.add(ends->first);
                    extent.add(ends->second);
                }
            }
    return extent.withMargins(infinite ? margin + headroom : margin);
}

} // namespace

std::pair<double, double> xRangeOf(const ChartData& data)
{
    return rangeOf(data, data.x, &ChartPoint::x, &ChartPoint::xError);
}

std::pair<double, double> yRangeOf(const ChartData& data)
{
    return rangeOf(data, data.y, &ChartPoint::y, &ChartPoint::yError);
}

} // namespace widthwise::ui
