// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/check_parts.h"

#include <algorithm>

namespace widthwise {
namespace {

constexpr double divided = -0.5; ///< the readout's initial slope under μP
constexpr const char* table3 = "mup-table-3";

bool grows(const LayerSlope& slope)
{
    return slope.slope.value > 0;
}

/// The readout's first output that is not zero.
const LayerSlope* readoutStart(const Slopes& all)
{
    const LayerSlope* first = nullptr;
    for (const LayerSlope* slope : all)
        if (slope->kind == LayerKind::Readout && slope->slope.isKnown() && (!first || slope->t < first->t))
            first = slope;
    return first;
}

/// Whether the readout's first output shows that it is not divided by the width. At t = 1 it goes as 1/√width
/// where it is, and does not shrink otherwise; a readout that starts at zero is one update of its own later,
/// which does not change with the width where it is divided, and goes as the width otherwise.
bool isUndivided(const LayerSlope& start)
{
    if (start.t > 1)
        return start.slope.value > 0.5;
    return start.slope.value > divided / 2 && start.slope.low > divided;
}

bool shrinksTwice(const LayerSlope& start)
{
    return start.slope.value < divided - slopeBand && start.slope.high < divided;
}

bool any(const Slopes& slopes, LayerKind kind)
{
    return std::ranges::any_of(slopes, [&](const LayerSlope* slope) { return slope->kind == kind; });
}

CheckReason ofReadout(const LayerSlope& slope, const CheckedModel& model)
{
    if (grows(slope) || model.sgd)
        return CheckReason::LearningRates;
    return CheckReason::ReadoutDivided;
}

} // namespace

CheckReason reasonOf(const Slopes& all, const Slopes& failing, const CheckedModel& model)
{
    const std::int64_t t = (*std::ranges::min_element(failing, {}, &LayerSlope::t))->t;
    Slopes first;
    std::ranges::copy_if(failing, std::back_inserter(first),
                         [t](const auto* slope) { return slope->t == t; });
    const auto of = [&](LayerKind kind) { return *std::ranges::find(first, kind, &LayerSlope::kind); };
    if (t == 1 && any(first, LayerKind::Hidden))
        return CheckReason::InitialValues;
    const LayerSlope* start = readoutStart(all);
    const bool hiddenGrows = std::ranges::any_of(
        failing, [](const LayerSlope* slope) { return slope->kind == LayerKind::Hidden && grows(*slope); });
    if (start && isUndivided(*start)) {
        if (start->parametrization == table3 && start->t > 1)
            return CheckReason::LearningRates; // by which alone its updates are divided
        return !model.sgd && (hiddenGrows || any(first, LayerKind::QueryKey)) ? CheckReason::Standard
                                                                              : CheckReason::ReadoutUndivided;
    }
    if (any(first, LayerKind::Hidden))
        return grows(*of(LayerKind::Hidden)) || model.sgd ? CheckReason::LearningRates
                                                          : CheckReason::LearningRatesTwice;
    if (any(first, LayerKind::QueryKey))
        return CheckReason::Attention;
    if (start && start->t == 1 && shrinksTwice(*start))
        return CheckReason::ReadoutDivided;
    return ofReadout(*of(LayerKind::Readout), model);
}

} // namespace widthwise
