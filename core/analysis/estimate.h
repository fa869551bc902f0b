// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <limits>

namespace widthwise {

/// A value with its 95 % confidence interval. The value is NaN where it cannot be computed at all; an end of
/// the interval is infinite where nothing bounds the value on that side.
struct Estimate {
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();

    bool isKnown() const { return !std::isnan(value); }
    bool isBounded() const { return isKnown() && std::isfinite(low) && std::isfinite(high); }
    /// Half the length of the interval: the "± error" of a symmetric one.
    double error() const { return (high - low) / 2; }
};

} // namespace widthwise
