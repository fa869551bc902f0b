// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/value.h"

#include <QString>

#include <chrono>

namespace widthwise::ui {

/// "40 s", "3 min", "2 h 10", "5 d 3 h".
QString shortDuration(std::chrono::duration<double> duration);

/// "less than a minute left", "about 3 min left", "about 2 h 10 left".
QString remainingText(std::chrono::duration<double> duration);

/// With `digits` significant digits: "0.3412", "1.2e-05", "NaN", "∞".
QString numberText(double value, int digits = 4);

/// A hyperparameter's value with at most four significant digits.
QString valueText(const Value& value);

} // namespace widthwise::ui
