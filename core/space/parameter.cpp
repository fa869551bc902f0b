// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/parameter.h"

#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace widthwise {

namespace {

/// Digits of a sampled real number: finer than any search needs, short enough to read and to type.
constexpr int sampledDigits = 8;
/// Digits of a point on a step or grid: hides the rounding of low + k·step, e.g. 0.1 + 2·0.1.
constexpr int steppedDigits = 14;

/// Number of integers from `low` to `high` less one; right for any two.
std::uint64_t span(std::int64_t low, std::int64_t high)
{
    return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

std::int64_t shifted(std::int64_t low, std::uint64_t by)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + by);
}

/// The share of [0, 1) that `u` falls in, of `last` + 1 equal ones.
std::uint64_t shareAt(double u, std::uint64_t last)
{
    const double share = std::floor(u * (static_cast<double>(last) + 1));
    return share >= static_cast<double>(last) ? last : static_cast<std::uint64_t>(std::max(share, 0.0));
}

double shareCentre(std::uint64_t index, std::uint64_t last)
{
    return (static_cast<double>(index) + 0.5) / (static_cast<double>(last) + 1);
}

/// Where `u` lies between the two ends; never overflows.
double interpolated(double low, double high, double u, Scale scale)
{
    if (scale == Scale::Linear)
        return low * (1 - u) + high * u;
    return exactExp(exactLog(low) * (1 - u) + exactLog(high) * u);
}

double fraction(double low, double high, double value, Scale scale)
{
    if (!(low < high))
        return 0.5;
    if (scale == Scale::Log)
        return fraction(exactLog(low), exactLog(high), exactLog(value), Scale::Linear);
    return std::clamp((value / 2 - low / 2) / (high / 2 - low / 2), 0.0, 1.0);
}

std::uint64_t lastStep(const FloatRange& range)
{
    return static_cast<std::uint64_t>(
        std::floor((range.high - range.low) / *range.step * (1 + 1e-12) + 1e-9));
}

double stepValue(const FloatRange& range, std::uint64_t index)
{
    const double value = range.low + static_cast<double>(index) * *range.step;
    return std::clamp(roundedToDigits(value, steppedDigits), range.low, range.high);
}

std::uint64_t nearestStep(const FloatRange& range, double value)
{
    const double index = std::round((value - range.low) / *range.step);
    return std::min(static_cast<std::uint64_t>(std::max(index, 0.0)), lastStep(range));
}

double realAt(const FloatRange& range, double u, int digits)
{
    if (range.step)
        return stepValue(range, shareAt(u, lastStep(range)));
    const double value = interpolated(range.low, range.high, u, range.scale);
    return std::clamp(roundedToDigits(value, digits), range.low, range.high);
}

/// On a logarithmic scale the integer k has the share of [k - 1/2, k + 1/2).
std::int64_t integerAt(const IntegerRange& range, double u)
{
    if (range.step)
        return shifted(range.low,
                       shareAt(u, span(range.low, range.high) / static_cast<std::uint64_t>(*range.step)) *
                           static_cast<std::uint64_t>(*range.step));
    if (range.scale == Scale::Linear)
        return shifted(range.low, shareAt(u, span(range.low, range.high)));
    const double low = static_cast<double>(range.low), high = static_cast<double>(range.high);
    const double value = std::floor(interpolated(low - 0.5, high + 0.5, u, Scale::Log) + 0.5);
    if (value >= high)
        return range.high;
    return std::max(range.low, static_cast<std::int64_t>(value));
}

double positionOfInteger(const IntegerRange& range, std::int64_t value)
{
    value = std::clamp(value, range.low, range.high);
    if (range.step) {
        const auto step = static_cast<std::uint64_t>(*range.step);
        return shareCentre(span(range.low, value) / step, span(range.low, range.high) / step);
    }
    if (range.scale == Scale::Linear)
        return shareCentre(span(range.low, value), span(range.low, range.high));
    const double low = static_cast<double>(range.low) - 0.5, high = static_cast<double>(range.high) + 0.5;
    const double k = static_cast<double>(value);
    return (fraction(low, high, k - 0.5, Scale::Log) + fraction(low, high, k + 0.5, Scale::Log)) / 2;
}

struct ValueAt {
    double u;
    Value operator()(const FloatRange& range) const { return realAt(range, u, sampledDigits); }
    Value operator()(const IntegerRange& range) const { return integerAt(range, u); }
    Value operator()(const Choices& choices) const
    {
        return choices.values[shareAt(u, choices.values.size() - 1)];
    }
    Value operator()(const FixedValue& fixed) const { return fixed.value; }
};

struct PositionOf {
    const Value& value;
    double operator()(const FloatRange& range) const
    {
        const double number = std::clamp(toNumber(value), range.low, range.high);
        if (range.step)
            return shareCentre(nearestStep(range, number), lastStep(range));
        return fraction(range.low, range.high, number, range.scale);
    }
    double operator()(const IntegerRange& range) const
    {
        const auto* integer = std::get_if<std::int64_t>(&value);
        return positionOfInteger(range, integer ? *integer : std::llround(toNumber(value)));
    }
    double operator()(const Choices& choices) const
    {
        const auto found = std::ranges::find(choices.values, value);
        const auto index = static_cast<std::uint64_t>(found - choices.values.begin());
        return found == choices.values.end() ? 0.5 : shareCentre(index, choices.values.size() - 1);
    }
    double operator()(const FixedValue&) const { return 0.5; }
};

/// Positions 0, 1/(n-1), …, 1, or the middle for n = 1.
double gridPosition(int index, int points)
{
    return points > 1 ? static_cast<double>(index) / (points - 1) : 0.5;
}

std::vector<Value> allIntegers(const IntegerRange& range, std::uint64_t step)
{
    std::vector<Value> values;
    for (std::uint64_t k = 0; k <= span(range.low, range.high) / step; ++k)
        values.emplace_back(shifted(range.low, k * step));
    return values;
}

struct GridValues {
    int points;
    std::vector<Value> operator()(const FloatRange& range) const
    {
        std::vector<Value> values;
        if (range.step) {
            for (std::uint64_t k = 0; k <= lastStep(range); ++k)
                values.emplace_back(stepValue(range, k));
            return values;
        }
        for (int i = 0; i < points; ++i) {
            const Value value = realAt(range, gridPosition(i, points), sampledDigits);
            if (values.empty() || values.back() != value)
                values.push_back(value);
        }
        return values;
    }
    std::vector<Value> operator()(const IntegerRange& range) const
    {
        if (range.step)
            return allIntegers(range, static_cast<std::uint64_t>(*range.step));
        if (span(range.low, range.high) < static_cast<std::uint64_t>(points))
            return allIntegers(range, 1);
        std::vector<Value> values;
        const auto low = static_cast<double>(range.low), high = static_cast<double>(range.high);
        for (int i = 0; i < points; ++i) {
            const double exact = std::round(interpolated(low, high, gridPosition(i, points), range.scale));
            const Value value =
                exact >= high ? range.high : std::max(range.low, static_cast<std::int64_t>(exact));
            if (values.empty() || values.back() != value)
                values.push_back(value);
        }
        return values;
    }
    std::vector<Value> operator()(const Choices& choices) const { return choices.values; }
    std::vector<Value> operator()(const FixedValue& fixed) const { return {fixed.value}; }
};

struct Contains {
    const Value& value;
    bool operator()(const FloatRange& range) const
    {
        const auto* number = std::get_if<double>(&value);
        if (!number || !(*number >= range.low && *number <= range.high))
            return false;
        if (!range.step)
            return true;
        const double nearest = stepValue(range, nearestStep(range, *number));
        return std::fabs(*number - nearest) <= 1e-9 * *range.step;
    }
    bool operator()(const IntegerRange& range) const
    {
        const auto* integer = std::get_if<std::int64_t>(&value);
        if (!integer || *integer < range.low || *integer > range.high)
            return false;
        return !range.step || span(range.low, *integer) % static_cast<std::uint64_t>(*range.step) == 0;
    }
    bool operator()(const Choices& choices) const { return std::ranges::count(choices.values, value) > 0; }
    bool operator()(const FixedValue& fixed) const { return fixed.value == value; }
};

} // namespace

Value valueAt(const Domain& domain, double u)
{
    return std::visit(ValueAt{u}, domain);
}

double positionOf(const Domain& domain, const Value& value)
{
    return std::visit(PositionOf{value}, domain);
}

std::vector<Value> gridValues(const Domain& domain, int points)
{
    return std::visit(GridValues{points}, domain);
}

bool contains(const Domain& domain, const Value& value)
{
    return std::visit(Contains{value}, domain);
}

} // namespace widthwise
