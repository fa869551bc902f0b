// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace widthwise {

/// Exponential and natural logarithm with the same bits on every machine. The C library's differ in the last
/// bit from one version to another, and one bit is enough to make a seed mean another search. These use only
/// operations that IEEE 754 rounds in one way; they are good to 4 units in the last place for the arguments
/// of a search space.
double exactExp(double x);
/// For finite x > 0.
double exactLog(double x);

/// `value` rounded to `digits` significant decimal digits.
double roundedToDigits(double value, int digits);

} // namespace widthwise
