// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/value.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace widthwise {

enum class Scale { Linear, Log };

/// Real numbers in [low, high], both included. With `step`, only low + k·step (linear scale only).
struct FloatRange {
    double low = 0;
    double high = 1;
    Scale scale = Scale::Linear;
    std::optional<double> step;
    bool operator==(const FloatRange&) const = default;
};

/// Integers in [low, high], both included. With `step`, only low + k·step (linear scale only).
struct IntegerRange {
    std::int64_t low = 0;
    std::int64_t high = 1;
    Scale scale = Scale::Linear;
    std::optional<std::int64_t> step;
    bool operator==(const IntegerRange&) const = default;
};

/// One of a list of values (at least one, all different).
struct Choices {
    std::vector<Value> values;
    bool operator==(const Choices&) const = default;
};

/// A value that every trial gets; it is not searched.
struct FixedValue {
    Value value;
    bool operator==(const FixedValue&) const = default;
};

using Domain = std::variant<FloatRange, IntegerRange, Choices, FixedValue>;

/// The parameter exists only while `parameter` is active and has one of `values`.
struct Condition {
    std::string parameter;
    std::vector<Value> values;
    bool operator==(const Condition&) const = default;
};

struct Parameter {
    std::string name;
    Domain domain;
    std::optional<Condition> when;
    std::string description;
    bool operator==(const Parameter&) const = default;
};

/// Where `u` in [0, 1] falls in the domain, on the parameter's own scale: every value of a uniform `u` is
/// equally likely on that scale, integers and choices get equal shares. Never leaves the bounds. Real numbers
/// are rounded to 8 significant digits, so that they can be read, typed and compared; the bits are the same
/// everywhere.
Value valueAt(const Domain& domain, double u);

/// The inverse of valueAt up to rounding: the centre of the value's share, in [0, 1].
double positionOf(const Domain& domain, const Value& value);

/// The values of a grid with `points` points on a continuous range (equidistant on the parameter's scale,
/// ends included; `points` >= 1); stepped ranges, choices and fixed values give all of their values, short
/// integer ranges likewise.
std::vector<Value> gridValues(const Domain& domain, int points);

/// What a sampler may never hand out: false for values outside the bounds, off the step, or of another type.
bool contains(const Domain& domain, const Value& value);

} // namespace widthwise
