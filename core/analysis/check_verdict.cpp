// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/coordinate_check.h"

#include <algorithm>
#include <cstdio>
#include <optional>

namespace widthwise {
namespace {

using Slopes = std::vector<const LayerSlope*>;

/// How the layers of one parametrization behave; what the cause is told from.
struct Pattern {
    bool grows = false;                   ///< the worst layer; else it shrinks
    bool fromStart = false;               ///< a layer grows or shrinks at t = 1 that should not
    bool hidden = false;                  ///< a layer before the readout fails
    bool readout = false;                 ///< a layer behind the readout fails
    bool queryKey = false;                ///< a product of queries and keys fails
    std::optional<bool> readoutIsDivided; ///< by the width, as under μP
};

std::string withError(const Estimate& slope)
{
    char text[64];
    if (slope.isBounded())
        std::snprintf(text, sizeof text, "%.2f ± %.2f", slope.value, slope.error());
    else
        std::snprintf(text, sizeof text, "%.2f", slope.value);
    return text;
}

double size(const LayerSlope& slope)
{
    return std::abs(slope.slope.value);
}

/// Beyond what fails, and by more than chance.
bool fails(const LayerSlope& slope)
{
    const Estimate& e = slope.slope;
    return e.isBounded() && size(slope) > slopeThatFails &&
           (e.low > slopeThatHolds || e.high < -slopeThatHolds);
}

bool holds(const LayerSlope& slope)
{
    const Estimate& e = slope.slope;
    return size(slope) < slopeThatHolds && e.low > -slopeThatFails && e.high < slopeThatFails;
}

bool isReadout(const LayerSlope& slope)
{
    return slope.layer.find("readout") != std::string::npos;
}

constexpr double chanceSlope = -0.5; ///< of sums whose terms do not add up: 1/√width

/// Under μP a readout's and an attention's initial values shrink as 1/√width, and their outputs with them
/// until what is learnt outweighs them; with few wide heads and many tokens that takes long.
bool isInitialRemainder(const LayerSlope& slope, const Slopes& all)
{
    constexpr double shrinking = -0.25; // half way from 0 to −½
    constexpr double steeper = -0.6;    // than −½ and a little
    if (slope.slope.value > 0 || slope.slope.high < steeper ||
        !(isBehindReadout(slope.layer) || isQueryKey(slope.layer)))
        return false;
    return std::ranges::any_of(all, [&](const LayerSlope* other) {
        return other->t == 1 && other->layer == slope.layer && other->slope.value < shrinking;
    });
}

/// Whether the readout that feeds this layer holds. What is behind it has no width of its own: its slopes are
/// then chance, which is large where a layer has few outputs.
bool isFedByWhatHolds(const LayerSlope& slope, const Slopes& all)
{
    return isBehindReadout(slope.layer) && !isReadout(slope) &&
           std::ranges::any_of(all, [&](const LayerSlope* other) {
               return other->t == slope.t && isReadout(*other) && holds(*other);
           });
}

/// What says nothing of the parametrization. Query·key with a fixed number of heads: of the products that
/// make it up, those that learning has not aligned add up by chance, as 1/√(head width), and may outweigh the
/// aligned ones for long. And what is not known well behind a readout that holds.
bool isChance(const LayerSlope& slope, const Slopes& all)
{
    if (isQueryKey(slope.layer))
        return slope.slope.value < 0 && slope.slope.high >= chanceSlope;
    return !fails(slope) && isFedByWhatHolds(slope, all);
}

/// Whether the slope counts for the verdict.
bool isJudged(const LayerSlope& slope, const Slopes& all)
{
    return slope.judged && slope.slope.isKnown() && (holds(slope) || !isChance(slope, all));
}

/// Fails, and nothing excuses it.
bool isDefect(const LayerSlope& slope, const Slopes& all)
{
    return fails(slope) && !isInitialRemainder(slope, all) && !isFedByWhatHolds(slope, all);
}

/// Defects before others, then the steepest; of equals the first.
const LayerSlope* worst(const Slopes& judged, const Slopes& all)
{
    const auto less = [&](const LayerSlope* a, const LayerSlope* b) {
        const bool defectA = isDefect(*a, all);
        const bool defectB = isDefect(*b, all);
        return defectA != defectB ? defectB : size(*a) < size(*b);
    };
    const auto found = std::ranges::max_element(judged, less);
    return found == judged.end() ? nullptr : *found;
}

/// Told from the first output of the readout that is not zero. At t = 1 its l1 goes as 1/√width where it is
/// divided, and does not change with the width otherwise; a readout that starts at zero is one update of its
/// own later, which does not change with the width where it is divided, and goes as the width otherwise.
std::optional<bool> readoutIsDivided(const Slopes& all)
{
    const auto isLogits = [](const LayerSlope& slope) {
        return slope.layer.ends_with("logits") && !isQueryKey(slope.layer);
    };
    const bool isNamed = std::ranges::any_of(all, [](const LayerSlope* slope) { return isReadout(*slope); });
    const LayerSlope* first = nullptr;
    for (const LayerSlope* slope : all) {
        const bool matches = isNamed ? isReadout(*slope) : isLogits(*slope);
        if (matches && slope->slope.isKnown() && (!first || slope->t < first->t))
            first = slope;
    }
    if (!first)
        return std::nullopt;
    return first->slope.value < (first->t == 1 ? -0.25 : 0.5);
}

Pattern patternOf(const Slopes& all, const LayerSlope& worst)
{
    Pattern pattern;
    pattern.grows = worst.slope.value > 0;
    pattern.readoutIsDivided = readoutIsDivided(all);
    for (const LayerSlope* slope : all) {
        const bool queryKey = isQueryKey(slope->layer);
        const bool readout = isBehindReadout(slope->layer);
        if (slope->t == 1)
            pattern.fromStart |= fails(*slope) && !queryKey && !readout;
        if (slope->judged && isDefect(*slope, all) && (slope->slope.value > 0) == pattern.grows) {
            pattern.queryKey |= queryKey;
            pattern.readout |= readout;
            pattern.hidden |= !queryKey && !readout;
        }
    }
    return pattern;
}

constexpr const char* multipliersLost =
    "The initial network is right, so the learning-rate multipliers are lost: usually a schedule assigns one "
    "rate "
    "to all groups (PyTorch's OneCycleLR with a single max_lr does). Let it multiply: η_group(t) = "
    "multiplier · "
    "schedule(t), with 1/width for hidden weights under Adam; and log the rate of every group.";
constexpr const char* likeStandard =
    "Neither the readout nor the hidden learning rates are divided by the width: that is the standard "
    "parametrization. Give the model the width's base, divide the readout by width/base, and under Adam the "
    "hidden "
    "learning rates as well.";

constexpr const char* asStandardDoes =
    "That is what the standard parametrization does: wide models move further in a step than narrow ones, so "
    "that "
    "the best learning rate falls as the width grows. Under μP they do not.";

std::string causeOfGrowth(const Pattern& pattern)
{
    if (pattern.fromStart)
        return "It grows before the first update, so the initial values are wrong: the standard deviation of "
               "hidden "
               "weights must fall as 1/√fan-in.";
    if (pattern.hidden)
        return pattern.readoutIsDivided.value_or(true) ? multipliersLost : likeStandard;
    if (pattern.queryKey)
        return "Only query·key grows: attention is scaled by 1/√d instead of 1/d of the head's width d. "
               "Scale it by "
               "√d_base/d, or keep the head's width and grow the number of heads.";
    if (!pattern.readoutIsDivided.value_or(true))
        return "Only what the readout gives grows: it lacks its forward multiplier base/width (the "
               "`MuReadout` of "
               "mup).";
    return "Only what the readout gives grows: its forward multiplier base/width or its learning-rate "
           "multiplier is "
           "missing.";
}

std::string causeOfShrinking(const Pattern& pattern)
{
    if (pattern.fromStart)
        return "It shrinks before the first update, so the initial values are wrong: the standard deviation "
               "of hidden "
               "weights falls faster than 1/√fan-in, or is scaled twice.";
    if (pattern.hidden)
        return "The updates shrink with the width: a learning-rate multiplier is applied twice, or to input "
               "weights "
               "and biases, which under Adam keep the rate of the base width.";
    if (pattern.queryKey && !pattern.readout)
        return "Only query·key shrinks: it is divided by more than the head's width, or the learning rate is "
               "too "
               "small to align queries with keys.";
    return "Only what the readout gives shrinks: it is divided by the width more than once, or the learning "
           "rate is "
           "too small to show.";
}

std::string causeOf(const Slopes& all, const LayerSlope& worst)
{
    const Pattern pattern = patternOf(all, worst);
    if (worst.parametrization == "sp" && pattern.grows && !pattern.fromStart)
        return asStandardDoes;
    return pattern.grows ? causeOfGrowth(pattern) : causeOfShrinking(pattern);
}

std::string nameOf(const LayerSlope& slope)
{
    return isQueryKey(slope.layer) ? "query·key (" + slope.layer + ")" : "the output of " + slope.layer;
}

std::string described(const LayerSlope& slope)
{
    return nameOf(slope) + (slope.slope.value > 0 ? " grows" : " shrinks") + " with the width (slope " +
           withError(slope.slope) + " at t = " + std::to_string(slope.t) + ")";
}

std::string sentenceOf(std::string text)
{
    if (text.starts_with('t') || text.starts_with('q'))
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text + ".";
}

void judgeDivergence(CheckVerdict& verdict, const Slopes& all, const LayerSlope* worst)
{
    const LayerSlope* last = *std::ranges::max_element(all, {}, &LayerSlope::t);
    const bool narrowerLive = last->narrowest > 0 && last->narrowest < verdict.divergedAt;
    verdict.result = narrowerLive ? CheckResult::Fails : CheckResult::Unclear;
    const std::string width = std::to_string(verdict.divergedAt);
    verdict.sentence = narrowerLive ? "Width " + width + " diverged, narrower ones did not"
                                    : "Width " + width + " diverged, and no narrower one tells why";
    if (worst && isDefect(*worst, all)) {
        verdict.sentence += "; " + described(*worst) + ".";
        verdict.cause = causeOf(all, *worst);
    } else {
        verdict.sentence += ".";
        verdict.cause = narrowerLive
                            ? "The learning rate that narrow models bear is too high for wide ones, as where "
                              "multipliers are missing; or it is at the limit for all: check again with half "
                              "of it."
                            : "The learning rate is too high for the model: check again with a tenth of it.";
    }
}

void judgeSlopes(CheckVerdict& verdict, const Slopes& all, const Slopes& judged, const LayerSlope& worst)
{
    if (std::ranges::all_of(judged, [](const LayerSlope* slope) { return holds(*slope); })) {
        verdict.result = CheckResult::Holds;
        verdict.sentence = "No layer grows or shrinks with the width; the steepest is " + worst.layer +
                           " (slope " + withError(worst.slope) + " at t = " + std::to_string(worst.t) + ").";
        return;
    }
    verdict.sentence = sentenceOf(described(worst));
    if (!fails(worst)) {
        verdict.result = CheckResult::Unclear;
        verdict.sentence = "It cannot be said yet: " + described(worst) + ".";
        verdict.cause =
            worst.slope.isBounded()
                ? "The slope is between what holds and what fails, or not known well enough: take more "
                  "seeds, wider models or more steps."
                : "Two trials give a slope without an error: take more widths or seeds.";
    } else if (isFedByWhatHolds(worst, all)) {
        verdict.result = CheckResult::Unclear;
        verdict.cause =
            "The readout that feeds it holds, and it has no width of its own: this is most likely "
            "chance; take more seeds.";
    } else if (isInitialRemainder(worst, all)) {
        verdict.result = CheckResult::Unclear;
        verdict.cause =
            "Its initial value, which shrinks as 1/√width under μP, still outweighs what was learnt: start "
            "the readout and the queries at zero, keep the width of heads and not their number, or take more "
            "steps or a higher learning rate.";
    } else {
        verdict.result = CheckResult::Fails;
        verdict.cause = causeOf(all, worst);
    }
}

CheckVerdict verdictOf(const Slopes& all)
{
    CheckVerdict verdict;
    verdict.parametrization = all.front()->parametrization;
    Slopes judged;
    for (const LayerSlope* slope : all) {
        if (isJudged(*slope, all))
            judged.push_back(slope);
        if (slope->divergedAt > 0 && (verdict.divergedAt == 0 || slope->divergedAt < verdict.divergedAt))
            verdict.divergedAt = slope->divergedAt;
    }
    const LayerSlope* steepest = worst(judged, all);
    if (steepest) {
        verdict.layer = steepest->layer;
        verdict.t = steepest->t;
        verdict.slope = steepest->slope;
    }
    if (verdict.divergedAt > 0) {
        judgeDivergence(verdict, all, steepest);
    } else if (steepest) {
        judgeSlopes(verdict, all, judged, *steepest);
    } else {
        verdict.sentence = "There is nothing to judge yet.";
        verdict.cause = "A coordinate check needs at least two widths and three steps.";
    }
    return verdict;
}

} // namespace

CheckResult resultOf(const LayerSlope& slope, std::span<const LayerSlope> slopes)
{
    Slopes alike;
    for (const LayerSlope& other : slopes)
        if (other.parametrization == slope.parametrization)
            alike.push_back(&other);
    if (!isJudged(slope, alike))
        return CheckResult::Incomplete;
    if (holds(slope))
        return CheckResult::Holds;
    return isDefect(slope, alike) ? CheckResult::Fails : CheckResult::Unclear;
}

std::vector<CheckVerdict> checkVerdicts(std::span<const LayerSlope> slopes)
{
    std::vector<Slopes> groups;
    for (const LayerSlope& slope : slopes) {
        const auto group = std::ranges::find_if(
            groups, [&](const Slopes& g) { return g.front()->parametrization == slope.parametrization; });
        (group == groups.end() ? groups.emplace_back() : *group).push_back(&slope);
    }
    std::vector<CheckVerdict> verdicts;
    for (const Slopes& group : groups)
        verdicts.push_back(verdictOf(group));
    return verdicts;
}

} // namespace widthwise
