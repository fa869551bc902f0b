// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sparkline.h"

#include <cmath>
#include <limits>

namespace widthwise::ui {

void Sparkline::append(const Points& points)
{
    for (const double value : points.values)
        append(value);
}

void Sparkline::append(double value)
{
    if (std::isfinite(value)) {
        m_sum += value;
        ++m_finite;
    }
    if (++m_taken < m_stride)
        return;
    const double mean = m_finite > 0 ? m_sum / double(m_finite) : std::numeric_limits<double>::quiet_NaN();
    m_values.push_back(float(mean));
    m_taken = m_finite = 0;
    m_sum = 0;
    if (m_values.size() == capacity)
        halve();
}

void Sparkline::halve()
{
    for (std::size_t i = 0; i < capacity / 2; ++i) {
        const float a = m_values[2 * i];
        const float b = m_values[2 * i + 1];
        m_values[i] = std::isnan(a) ? b : std::isnan(b) ? a : (a + b) / 2;
    }
    m_values.resize(capacity / 2);
    m_stride *= 2;
}

} // namespace widthwise::ui
