// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/rung_plan.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

/// A quotient that is whole up to rounding is meant whole: 81/3 must not be 26.999….
constexpr double rounding = 1e-9;

} // namespace

RungPlan evenRungs(std::int64_t step, std::int64_t length)
{
    RungPlan plan;
    if (step <= 0 || length / step > mostRungs)
        return plan;
    for (std::int64_t left = length - 1; left >= step; left -= step)
        plan.steps.push_back(static_cast<std::int64_t>(plan.steps.size() + 1) * step);
    plan.rungs = static_cast<int>(plan.steps.size()) + 1;
    return plan;
}

RungPlan rungsOfOneRun(std::int64_t lowest, std::int64_t length, double eta)
{
    RungPlan plan;
    if (lowest <= 0 || eta <= 1)
        return plan;
    double level = static_cast<double>(lowest);
    const double highest = static_cast<double>(length) * (1 + rounding) / eta;
    for (; plan.steps.empty() || level <= highest; level *= eta) {
        const std::int64_t step = std::llround(level);
        if (step >= length)
            break;
        if (plan.steps.empty() || step > plan.steps.back())
            plan.steps.push_back(step);
    }
    plan.rungs = static_cast<int>(plan.steps.size()) + 1;
    return plan;
}

std::vector<Bracket> hyperbandBrackets(int rungs, double eta)
{
    std::vector<Bracket> brackets;
    for (int s = rungs - 1; s >= 0; --s) {
        const double trials = rungs * std::pow(eta, s) / (s + 1);
        brackets.push_back({static_cast<int>(std::ceil(trials * (1 - rounding))), rungs - 1 - s});
    }
    return brackets;
}

int goOn(int trials, double eta)
{
    return std::max(std::min(trials, 1), static_cast<int>(std::floor(trials / eta * (1 + rounding))));
}

} // namespace widthwise
