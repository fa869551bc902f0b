// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/series.h"

#include <QMetaType>

#include <vector>

namespace widthwise::ui {

/// The shape of a growing series in a few dozen numbers: averages over equally many points each, where not
/// finite points count for nothing. Holds at most `capacity` numbers, whatever the length of the series.
class Sparkline {
public:
    static constexpr std::size_t capacity = 64;

    void append(const Points& points);
    void clear() { *this = {}; }

    /// NaN where a whole stretch was not finite.
    const std::vector<float>& values() const { return m_values; }
    bool operator==(const Sparkline&) const = default;

private:
    void append(double value);
    void halve();

    std::vector<float> m_values;
    std::size_t m_stride = 1; ///< points in each value
    std::size_t m_taken = 0;  ///< points in the value under way
    std::size_t m_finite = 0; ///< finite ones among them
    double m_sum = 0;
};

} // namespace widthwise::ui

Q_DECLARE_METATYPE(widthwise::ui::Sparkline)
