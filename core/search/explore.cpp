// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr double smaller = 0.8, larger = 1.2;
constexpr std::uint64_t stream = 0x6578706c; ///< of random numbers; "expl"

/// A whole number moves by one at least.
Value scaled(const IntegerRange& range, std::int64_t value, bool isUp)
{
    const double by = static_cast<double>(value) * (isUp ? larger : smaller);
    const std::int64_t step = range.step.value_or(1);
    std::int64_t moved = std::llround(by);
    if (std::abs(moved - value) < step)
        moved = value + (isUp ? step : -step);
    return std::clamp(moved, range.low, range.high);
}

Value scaled(const FloatRange& range, double value, bool isUp)
{
    return std::clamp(value * (isUp ? larger : smaller), range.low, range.high);
}

/// The value of the domain that lies there.
Value within(const Domain& domain, const Value& value)
{
    return valueAt(domain, positionOf(domain, value));
}

Value beside(const Domain& domain, const Value& value, bool isUp)
{
    if (const auto* range = std::get_if<FloatRange>(&domain))
        if (const auto* real = std::get_if<double>(&value))
            return within(domain, scaled(*range, *real, isUp));
    if (const auto* range = std::get_if<IntegerRange>(&domain))
        if (const auto* whole = std::get_if<std::int64_t>(&value))
            return within(domain, scaled(*range, *whole, isUp));
    return value;
}

} // namespace

Configuration explored(const Configuration& from, const SearchSpace& space, double resample, Draws draws)
{
    return space.build([&](const Parameter& parameter, std::size_t) {
        const double chance = draws.uniform(), drawn = draws.uniform();
        const Value* value = from.find(parameter.name);
        if (!value || chance < resample || !contains(parameter.domain, *value))
            return valueAt(parameter.domain, drawn);
        return beside(parameter.domain, *value, drawn < 0.5);
    });
}

Draws drawsOfCopy(std::uint64_t seed, std::size_t trial)
{
    return Draws(seed, stream + trial);
}

std::string differences(const Configuration& before, const Configuration& after)
{
    std::string text;
    for (const auto& [name, value] : after.entries())
        if (const Value* old = before.find(name); !old || *old != value)
            text += (text.empty() ? "" : ", ") + name + (old ? " " + toText(*old) + " → " : " = ") +
                    toText(value);
    return text;
}

} // namespace widthwise
