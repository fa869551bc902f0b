// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/check_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace widthwise {
namespace {

constexpr double falseAlarms = 0.01;   ///< of all slopes of a parametrization together
constexpr double chanceSlope = -0.5;   ///< of sums whose terms do not add up: 1/√width
constexpr std::int64_t firstMoved = 3; ///< by then every layer has had an update

/// Where μP's slope lies.
struct Range {
    double low = 0;
    double high = 0;
};

Range rangeOfQueryKey(const LayerSlope& slope, const CheckedModel& model)
{
    if (!model.headsGrow)
        return {chanceSlope, 0};
    if (!*model.headsGrow)
        return {};
    return {chanceSlope, slope.t == 1 ? chanceSlope : 0};
}

Range rangeOf(const LayerSlope& slope, const CheckedModel& model)
{
    switch (slope.kind) {
    case LayerKind::QueryKey:
        return rangeOfQueryKey(slope, model);
    case LayerKind::Readout:
        if (slope.startsAtZero)
            return {};
        return {chanceSlope, slope.t == 1 && !model.readoutBias ? chanceSlope : 0};
    case LayerKind::Hidden:
    case LayerKind::BehindReadout:
        break;
    }
    return {};
}

double distance(const LayerSlope& slope, const Range& range)
{
    return std::max({0.0, range.low - slope.slope.value, slope.slope.value - range.high});
}

bool isJudged(const LayerSlope& slope)
{
    return slope.kind != LayerKind::BehindReadout && slope.slope.isKnown();
}

bool isWithin(const Estimate& slope, const Range& range)
{
    return slope.low > range.low - slopeBand && slope.high < range.high + slopeBand;
}

/// The probability of a slope so far out where finite width accounts for `slopeOfFiniteWidth` of it.
double chanceOf(const LayerSlope& slope, const Range& range)
{
    const double beyond = distance(slope, range) - slopeOfFiniteWidth;
    if (!slope.slope.isBounded() || slope.widths < fewestCheckWidths || beyond <= 0)
        return 1;
    return slope.standardError > 0 ? studentTail(beyond / slope.standardError, slope.degreesOfFreedom) : 0;
}

/// The records of the last half of the steps as one step, with each trial's geometric mean: where a slope
/// ends is known better than at any single step.
CheckRecords settled(const CheckRecords& records)
{
    std::int64_t last = 0;
    for (const CoordinateRecord& record : records.coordinates)
        last = std::max(last, record.t);
    std::map<std::tuple<std::string, std::string, std::int64_t, std::int64_t>, std::vector<double>>
        logarithms;
    for (const CoordinateRecord& record : records.coordinates)
        if (2 * record.t > last && record.l1 > 0)
            logarithms[{record.parametrization, record.layer, record.width, record.seed}].push_back(
                std::log2(record.l1));
    CheckRecords mean{{}, {}, records.model};
    for (const auto& [place, values] : logarithms) {
        const auto& [parametrization, layer, width, seed] = place;
        const double sum = std::accumulate(values.begin(), values.end(), 0.0);
        mean.coordinates.push_back(
            {parametrization, width, seed, last, layer, std::exp2(sum / static_cast<double>(values.size()))});
    }
    return mean;
}

/// One parametrization's slopes, judged together.
class Judgement {
public:
    /// `settled` are the slopes of the last half of the steps.
    Judgement(std::vector<LayerSlope*> slopes, std::vector<LayerSlope> settled, const CheckRecords& records)
        : m_records(records), m_all(slopes.begin(), slopes.end()), m_settled(std::move(settled))
    {
        findDeciding();
        for (LayerSlope* slope : slopes)
            if (isJudged(*slope)) {
                m_judged.push_back(slope);
                slope->result =
                    isWithin(slope->slope, range(*slope)) ? CheckResult::Holds : CheckResult::Unclear;
            }
        findFailing();
    }

    CheckVerdict verdict() const;

private:
    Range range(const LayerSlope& slope) const { return rangeOf(slope, m_records.model); }
    void findFailing();
    CheckReason reasonOfDoubt(const CheckVerdict& verdict) const;
    void findDeciding();
    bool isTooLittle() const;
    const LayerSlope* farthest(CheckReason reason) const;
    const LayerSlope* firstFailing(CheckReason reason) const;
    bool isAttentionUnexplained() const;

    struct Deciding {
        const LayerSlope* slope;
        Range range;
    };

    const CheckRecords& m_records;
    Slopes m_all;
    std::vector<LayerSlope> m_settled;
    std::vector<Deciding> m_deciding;
    std::vector<LayerSlope*> m_judged;
    Slopes m_failing;
};

/// Holm: the k-th smallest of n probabilities is held against 1/(n − k + 1) of what all together may have.
void Judgement::findFailing()
{
    std::vector<std::pair<double, LayerSlope*>> chances;
    for (LayerSlope* slope : m_judged)
        chances.emplace_back(chanceOf(*slope, range(*slope)), slope);
    std::ranges::sort(chances);
    auto left = static_cast<double>(chances.size());
    for (const auto& [chance, slope] : chances) {
        if (chance > falseAlarms / left--)
            break;
        if (distance(*slope, range(*slope)) <= slopeBand)
            continue;
        slope->result = CheckResult::Fails;
    }
    for (const LayerSlope* slope : m_judged) // in order
        if (slope->result == CheckResult::Fails)
            m_failing.push_back(slope);
}

/// What holding is told from: the initial network, and where each slope ends.
void Judgement::findDeciding()
{
    for (const LayerSlope* slope : m_all)
        if (slope->t == 1 && isJudged(*slope))
            m_deciding.push_back({slope, range(*slope)});
    for (LayerSlope& slope : m_settled) {
        const auto like = std::ranges::find(m_all, slope.layer, &LayerSlope::layer);
        slope.kind = (*like)->kind;
        if (isJudged(slope))
            m_deciding.push_back({&slope, slope.kind == LayerKind::Readout ? Range() : range(slope)});
    }
}

bool Judgement::isTooLittle() const
{
    return std::ranges::any_of(m_deciding, [](const Deciding& deciding) {
        const LayerSlope& slope = *deciding.slope;
        return !slope.slope.isBounded() || slope.slope.error() > slopeBand ||
               slope.widths < fewestCheckWidths;
    });
}

/// The worst known where that is too little; else the one farthest from μP's.
const LayerSlope* Judgement::farthest(CheckReason reason) const
{
    if (m_deciding.empty())
        return nullptr;
    return std::ranges::max_element(m_deciding, {},
                                    [reason](const Deciding& deciding) {
                                        const Estimate& slope = deciding.slope->slope;
                                        return reason == CheckReason::Imprecise
                                                   ? std::pair(false, slope.error())
                                                   : std::pair(!isWithin(slope, deciding.range),
                                                               distance(*deciding.slope, deciding.range));
                                    })
        ->slope;
}

CheckReason Judgement::reasonOfDoubt(const CheckVerdict& verdict) const
{
    if (verdict.divergedAt > 0)
        return CheckReason::Diverged;
    if (isTooLittle())
        return CheckReason::Imprecise;
    if (verdict.movement < fewestMovement)
        return CheckReason::NotMoved;
    for (const Deciding& deciding : m_deciding)
        if (!isWithin(deciding.slope->slope, deciding.range))
            return deciding.slope->kind == LayerKind::Readout && deciding.slope->slope.value < 0 &&
                           deciding.slope->t > 1
                       ? CheckReason::InitialRemainder
                       : CheckReason::BetweenLimits;
    const Range range{chanceSlope, 0};
    return isWithin(verdict.movementGrowth, range) ? CheckReason::None : CheckReason::Movement;
}

/// At the first step that fails. Learning rates are told by the hidden layer that fails first, though the
/// readout that it feeds may do so before.
const LayerSlope* Judgement::firstFailing(CheckReason reason) const
{
    return *std::ranges::min_element(m_failing, {}, [reason](const LayerSlope* slope) {
        const bool tells = reason != CheckReason::LearningRates || slope->kind == LayerKind::Hidden;
        return std::tuple(!tells, slope->t, slope->kind);
    });
}

/// Both 1/√d with heads that get wider and 1/d with heads that do not look so.
bool Judgement::isAttentionUnexplained() const
{
    return !m_records.model.headsGrow && std::ranges::any_of(m_deciding, [](const Deciding& deciding) {
        const LayerSlope& slope = *deciding.slope;
        return slope.kind == LayerKind::QueryKey && slope.t == 1 && slope.slope.value > chanceSlope / 2;
    });
}

CheckVerdict Judgement::verdict() const
{
    CheckVerdict verdict;
    verdict.parametrization = m_all.front()->parametrization;
    const Movement movement = movementOf(m_records, verdict.parametrization);
    verdict.movement = movement.size;
    verdict.movementGrowth = movement.growth;
    for (const LayerSlope* slope : m_all)
        if (slope->divergedAt > 0 && (verdict.divergedAt == 0 || slope->divergedAt < verdict.divergedAt))
            verdict.divergedAt = slope->divergedAt;
    const bool isComplete =
        std::ranges::any_of(m_judged, [](const LayerSlope* slope) { return slope->t >= firstMoved; });
    const LayerSlope* deciding = nullptr;
    if (!m_failing.empty()) {
        verdict.result = CheckResult::Fails;
        verdict.reason = reasonOf(m_all, m_failing, m_records.model);
        deciding = firstFailing(verdict.reason);
    } else if (isComplete || verdict.divergedAt > 0) {
        verdict.reason = m_judged.empty() ? CheckReason::Diverged : reasonOfDoubt(verdict);
        verdict.result = verdict.reason == CheckReason::None        ? CheckResult::Holds
                         : verdict.reason == CheckReason::Imprecise ? CheckResult::TooLittle
                                                                    : CheckResult::Unclear;
        deciding = farthest(verdict.reason);
    }
    if (deciding) {
        verdict.layer = deciding->layer;
        verdict.t = deciding->t;
        verdict.slope = deciding->slope;
    }
    describe(verdict, deciding, m_records.model);
    if (verdict.result == CheckResult::Holds && isAttentionUnexplained())
        verdict.cause = noteOnHeads();
    return verdict;
}

} // namespace

CheckAnalysis analyze(const CheckRecords& records)
{
    CheckAnalysis analysis{layerSlopes(records), {}};
    std::vector<std::vector<LayerSlope*>> groups;
    for (LayerSlope& slope : analysis.slopes) {
        const auto group = std::ranges::find_if(
            groups, [&](const auto& g) { return g.front()->parametrization == slope.parametrization; });
        (group == groups.end() ? groups.emplace_back() : *group).push_back(&slope);
    }
    const std::vector<LayerSlope> ends = layerSlopes(settled(records));
    for (auto& group : groups) {
        std::vector<LayerSlope> own;
        std::ranges::copy_if(ends, std::back_inserter(own), [&](const LayerSlope& slope) {
            return slope.parametrization == group.front()->parametrization;
        });
        analysis.verdicts.push_back(Judgement(std::move(group), std::move(own), records).verdict());
    }
    return analysis;
}

} // namespace widthwise
