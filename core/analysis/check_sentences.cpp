// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/check_parts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace widthwise {
namespace {

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", std::abs(value));
    return (value <= -0.005 ? "−" : "") + std::string(text);
}

std::string withError(const Estimate& slope)
{
    return number(slope.value) + (slope.isBounded() ? " ± " + number(slope.error()) : "");
}

std::string nameOf(const LayerSlope& slope)
{
    return (slope.kind == LayerKind::QueryKey ? "query·key (" + slope.layer + ")"
                                              : "the output of " + slope.layer);
}

/// Under μP the initial outputs of readouts, and of query·key where heads get wider, shrink.
bool shouldShrink(const LayerSlope& slope)
{
    return slope.t == 1 && (slope.kind == LayerKind::QueryKey || slope.kind == LayerKind::Readout);
}

std::string described(const LayerSlope& slope, const std::string& when)
{
    std::string does = slope.slope.value > 0 ? " grows" : " shrinks";
    std::string expected;
    if (shouldShrink(slope)) {
        does = slope.slope.value < -0.5 ? " shrinks too fast" : " does not shrink as it should";
        expected = "; under μP −½";
    }
    return nameOf(slope) + does + " with the width (slope " + withError(slope.slope) + when + expected + ")";
}

std::string atStep(std::int64_t t)
{
    return " at t = " + std::to_string(t);
}

/// A slope that holding is told from.
std::string over(std::int64_t t)
{
    return t <= 2 ? atStep(t) : " over t = " + std::to_string(t / 2 + 1) + " … " + std::to_string(t);
}

std::string sentenceOf(std::string text)
{
    if (text.starts_with('t') || text.starts_with('q'))
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text + ".";
}

constexpr const char* initialValues =
    "It does so before the first update, so the initial values are wrong: the standard deviation of hidden "
    "weights must fall as 1/√fan-in, neither slower nor faster.";
constexpr const char* attention =
    "Attention is not scaled by 1/d of the head's width d, as with 1/√d: scale it by √d_base/d, or keep the "
    "head's width and grow the number of heads.";
constexpr const char* undivided =
    "The readout is not divided by the width: it lacks its forward multiplier base/width (the `MuReadout` of "
    "mup), or in table 3 its initial values of 1/fan-in.";
constexpr const char* dividedTwice =
    "The readout is divided by the width more than once: either by a forward "
    "multiplier base/width or by initial values of 1/fan-in, not both.";
constexpr const char* multipliersLost =
    "The initial network is right, so the learning-rate multipliers are lost: usually a schedule assigns one "
    "rate to all groups (PyTorch's OneCycleLR with a single max_lr does). Let it multiply: η_group(t) = "
    "multiplier · schedule(t), with 1/width for hidden weights under Adam; and log the rate of every group.";
constexpr const char* multipliersLostSgd =
    "The initial network is right, so the learning-rate multipliers are lost: usually a schedule assigns one "
    "rate to all groups. Let it multiply: η_group(t) = multiplier · schedule(t), with the width for input "
    "weights and the readout under SGD; and log the rate of every group.";
constexpr const char* multipliersTwice =
    "Updates shrink with the width: a learning-rate multiplier is applied twice, or to input weights and "
    "biases, which under Adam keep the rate of the base width.";
constexpr const char* likeStandard =
    "Neither the readout nor the hidden learning rates are divided by the width: that is the standard "
    "parametrization. Give the model the width's base, divide the readout by width/base, and under Adam the "
    "hidden learning rates as well.";
constexpr const char* asStandardDoes =
    "That is what the standard parametrization does: wide models move further in a step than narrow ones, so "
    "that the best learning rate falls as the width grows. Under μP they do not.";
constexpr const char* tooHigh =
    "The learning rate is too high to tell anything: check again with half of it, and with a tenth where the "
    "narrowest models diverge, too.";
constexpr const char* tooLow = "Take a higher learning rate, or more steps.";
constexpr const char* movesUnlike = "Under μP it does not grow, and falls as 1/√width at most. Take a higher "
                                    "learning rate or more seeds: then "
                                    "the slopes tell. If they grow, the learning-rate multipliers are lost.";
constexpr const char* remainder = "Its initial value, which shrinks as 1/√width under μP, still outweighs "
                                  "what was learnt: start the readout "
                                  "at zero, or take more steps or a higher learning rate.";
constexpr const char* between = "The slope is between what holds and what fails: take more seeds, wider "
                                "models or more steps. Where it is "
                                "far from both at a high learning rate, a lower one scatters less.";

/// Whether SP itself does so.
bool isOfStandard(CheckReason reason)
{
    constexpr CheckReason own[] = {CheckReason::Standard, CheckReason::ReadoutUndivided,
                                   CheckReason::LearningRates, CheckReason::Attention};
    return std::ranges::find(own, reason) != std::end(own);
}

std::string more(const LayerSlope& slope)
{
    constexpr double comfortable = 0.75 * slopeBand;
    if (slope.widths < fewestCheckWidths)
        return "Take at least three widths, and three seeds.";
    const double seeds = std::ceil(double(slope.trials) / slope.widths);
    if (!slope.slope.isBounded())
        return "Take three seeds or more.";
    const double needed = std::ceil(seeds * std::pow(slope.slope.error() / comfortable, 2));
    return "Take some " + std::to_string(int(needed)) + " seeds in place of " + std::to_string(int(seeds)) +
           ", or more widths: twice as wide is worth more than twice as many.";
}

std::string causeOf(const CheckVerdict& verdict, const LayerSlope* worst, bool sgd)
{
    switch (verdict.reason) {
    case CheckReason::None:
        break;
    case CheckReason::InitialValues:
        return initialValues;
    case CheckReason::Attention:
        return attention;
    case CheckReason::ReadoutUndivided:
        return undivided;
    case CheckReason::ReadoutDivided:
        return dividedTwice;
    case CheckReason::LearningRates:
        return sgd ? multipliersLostSgd : multipliersLost;
    case CheckReason::LearningRatesTwice:
        return multipliersTwice;
    case CheckReason::Standard:
        return likeStandard;
    case CheckReason::Diverged:
        return tooHigh;
    case CheckReason::NotMoved:
        return tooLow;
    case CheckReason::Movement:
        return movesUnlike;
    case CheckReason::InitialRemainder:
        return remainder;
    case CheckReason::Imprecise:
        return worst ? more(*worst) : "";
    case CheckReason::BetweenLimits:
        return between;
    }
    return {};
}

std::string percent(double log2Change)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2g %%", 100 * (std::exp2(log2Change) - 1));
    return text;
}

std::string doubtOf(const CheckVerdict& verdict, const LayerSlope* worst)
{
    switch (verdict.reason) {
    case CheckReason::Diverged:
        return "Width " + std::to_string(verdict.divergedAt) +
               " diverged: its loss was not finite, or more than three times the first.";
    case CheckReason::NotMoved:
        return "Nothing was tested: hidden layers changed by " + percent(verdict.movement) +
               " since the initial network.";
    case CheckReason::Movement:
        return "It cannot be said yet: the change of hidden layers goes as the width to the power of " +
               withError(verdict.movementGrowth) + ".";
    case CheckReason::Imprecise:
        if (worst->widths < fewestCheckWidths)
            return std::to_string(worst->widths) + " widths give no slope to trust.";
        return sentenceOf("the slope of " + nameOf(*worst) + " is " + withError(worst->slope) +
                          over(worst->t) + ", and has to be known to ± " + number(slopeBand).substr(0, 3));
    default:
        return "It cannot be said yet: " + described(*worst, over(worst->t)) + ".";
    }
}

} // namespace

std::string noteOnHeads()
{
    return "Query·key does not shrink with the width before the first update. That is right where heads keep "
           "their width; where they get wider, attention is not scaled by 1/d of the head's width d, and μP "
           "does not hold.";
}

void describe(CheckVerdict& verdict, const LayerSlope* worst, const CheckedModel& model)
{
    verdict.cause = causeOf(verdict, worst, model.sgd);
    switch (verdict.result) {
    case CheckResult::Incomplete:
        verdict.sentence = "There is nothing to judge yet.";
        verdict.cause = "A coordinate check needs at least three widths and three steps.";
        return;
    case CheckResult::Holds:
        verdict.sentence = "No layer grows or shrinks with the width but as under μP, though hidden layers "
                           "changed by " +
                           percent(verdict.movement) + "; the farthest from it is " + worst->layer +
                           " (slope " + withError(worst->slope) + over(worst->t) + ").";
        return;
    case CheckResult::Fails:
        verdict.sentence = sentenceOf(described(*worst, atStep(worst->t)));
        if (verdict.parametrization == "sp" && isOfStandard(verdict.reason))
            verdict.cause = asStandardDoes;
        if (verdict.divergedAt > 0)
            verdict.sentence += " Width " + std::to_string(verdict.divergedAt) + " diverged.";
        return;
    case CheckResult::Unclear:
    case CheckResult::TooLittle:
        verdict.sentence = doubtOf(verdict, worst);
        return;
    }
}

} // namespace widthwise
