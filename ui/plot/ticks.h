// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace widthwise::ui {

/// Places for the ticks of a logarithmic axis from `low` to `high` (both > 0), about `wanted` of them at
/// most: whole decades where there are many, otherwise their 1-2-5 steps, and evenly spaced values below a
/// factor of two or so.
std::vector<double> logTicks(double low, double high, int wanted);

/// The ticks between those, without labels.
std::vector<double> logSubTicks(double low, double high);

/// Powers of two from `low` to `high` (both > 0), every n-th so that there are at most `wanted`.
std::vector<double> log2Ticks(double low, double high, int wanted);

/// "2⁻¹⁰" for a power of two.
QString powerOfTwoText(double value);

/// Short, exact and without a trailing zero: "0.002", "1e-05".
QString tickText(double value);

} // namespace widthwise::ui
