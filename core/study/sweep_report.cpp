// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/sweep_report.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "core/study/check_report.h"
#include "core/study/study_columns.h"
#include "core/study/sweep_study.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace widthwise {

namespace {

/// The mean over the last tenth of the points, at least one of them. Empty without points; not finite where
/// one of them is not.
std::optional<double> endOf(SeriesTable& series, const SeriesSummary& summary)
{
    if (summary.count == 0)
        return std::nullopt;
    const Points points =
        series.read(summary.id, summary.count - std::max<std::int64_t>(1, summary.count / 10));
    double sum = 0;
    for (const double value : points.values)
        sum += value;
    return sum / double(points.size());
}

/// The loss of the trials that report one, by trial number.
std::map<int, double> lossesOf(Database& database, std::int64_t experiment, const SweepMetric& metric,
                               const std::vector<TrialRecord>& trials)
{
    std::map<int, double> losses;
    if (!metric.smoothed) {
        for (const TrialRecord& record : trials)
            if (record.trial.objective)
                losses.emplace(record.trial.number, *record.trial.objective);
        return losses;
    }
    SeriesTable series(database);
    for (const SeriesSummary& summary : series.summaries(experiment, metric.name))
        if (const std::optional<double> loss = endOf(series, summary))
            losses.emplace(summary.trialNumber, *loss);
    return losses;
}

void addTrial(SweepReport& report, const StudyColumns& columns, const Trial& trial,
              const std::map<int, double>& losses)
{
    const auto loss = losses.find(trial.number);
    const bool diverged = trial.state == TrialState::Diverged;
    const bool counts = diverged || isComparable(trial);
    const bool reported = loss != losses.end() || (diverged && !report.metric.smoothed);
    if (!counts || !reported || !columns.width || !columns.learningRate || !(*columns.learningRate > 0)) {
        ++report.unusable;
        return;
    }
    SweepPoint point{columns.parametrization, *columns.width, *columns.learningRate, columns.seed.value_or(1),
                     std::nullopt};
    if (!diverged && std::isfinite(loss->second))
        point.loss = loss->second;
    report.points.push_back(point);
}

std::vector<SweepCurve> curvesOf(std::vector<SweepPoint> points, bool maximized)
{
    std::ranges::stable_partition(points, [](const SweepPoint& p) { return p.parametrization == "sp"; });
    const double sign = maximized ? -1 : 1;
    for (SweepPoint& point : points)
        if (point.loss)
            point.loss = sign * *point.loss;
    std::vector<SweepCurve> curves = sweepCurves(points);
    for (SweepCurve& curve : curves) {
        for (CurvePoint& point : curve.points)
            point.loss *= sign;
        if (curve.optimum)
            curve.optimum->loss *= sign;
    }
    return curves;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

std::string lackOf(const Experiment& experiment)
{
    const std::string rate = learningRateParameter(experiment);
    const std::vector<const Parameter*> varied = experiment.space.varied();
    const auto varies = [&varied](const std::string& name) {
        return std::ranges::any_of(varied, [&name](const Parameter* p) { return p->name == name; });
    };
    if (rate.empty() || !varies(rate))
        return "All trials of this experiment have the same learning rate: it has to be searched.";
    const std::vector<std::string> others = variedBesides(experiment);
    if (!others.empty())
        return "The trials of this experiment differ in more than learning rate and width: " +
               joined(others) + (others.size() == 1 ? " has" : " have") + " to be fixed.";
    const bool bundled = std::holds_alternative<BundledTrainer>(experiment.trial.program);
    if (!bundled && experiment.space.find("width") == nullptr)
        return "The trials of this experiment do not say their width: it has to be a parameter, width.";
    return {};
}

std::string number(double value)
{
    std::ostringstream text;
    text.precision(4);
    text << value;
    return text.str();
}

/// The point with the best mean of those at which no seed diverged; null without one.
const CurvePoint* bestOf(const SweepCurve& curve, bool maximized)
{
    const CurvePoint* best = nullptr;
    for (const CurvePoint& point : curve.points)
        if (point.seeds > 0 && point.diverged == 0 &&
            (best == nullptr || (point.loss < best->loss) != maximized))
            best = &point;
    return best;
}

/// Twice the standard error of the difference of two means; 0 where a mean has none.
double tolerance(const CurvePoint& a, const CurvePoint& b)
{
    const double error = std::hypot(a.standardError, b.standardError);
    return std::isfinite(error) ? 2 * error : 0;
}

/// "Under μP wider is better: val/loss …"
std::string gainOf(const SweepReport& report, const std::string& parametrization)
{
    std::vector<std::pair<std::int64_t, const CurvePoint*>> best; // of each width
    for (const SweepCurve& curve : report.curves)
        if (curve.parametrization == parametrization && report.openOf(curve) == 0)
            if (const CurvePoint* point = bestOf(curve, report.maximized))
                best.emplace_back(curve.width, point);
    if (best.size() < 2)
        return {};
    const auto isWorse = [&report](const auto& narrow, const auto& wide) {
        const double rise = wide.second->loss - narrow.second->loss;
        return (report.maximized ? -rise : rise) > tolerance(*narrow.second, *wide.second);
    };
    const auto worse = std::ranges::adjacent_find(best, isWorse);
    const bool better = isWorse(best.back(), best.front());
    std::string text = "Under " + parametrizationName(parametrization);
    if (worse != best.end())
        text += " wider is not always better: ";
    else
        text += better ? " wider is better: " : " width makes no difference beyond the errors: ";
    text += report.metric.title() + " at the best learning rate tried goes from " +
            number(best.front().second->loss) + " at width " + std::to_string(best.front().first) + " to " +
            number(best.back().second->loss) + " at width " + std::to_string(best.back().first);
    if (worse == best.end())
        return text + ".";
    return text + ", and width " + std::to_string(std::next(worse)->first) + " is worse than " +
           std::to_string(worse->first) + ".";
}

std::string trialsText(std::int64_t count)
{
    return std::to_string(count) + (count == 1 ? " trial" : " trials");
}

using WidthCounts = std::map<std::int64_t, std::int64_t>;

std::int64_t sumOf(const WidthCounts& counts)
{
    std::int64_t sum = 0;
    for (const auto& [width, count] : counts)
        sum += count;
    return sum;
}

/// "at width 64", "1 at width 64 and 12 at width 128".
std::string atWidths(const WidthCounts& counts)
{
    std::vector<std::string> parts;
    for (const auto& [width, count] : counts)
        parts.push_back((counts.size() > 1 ? std::to_string(count) + " " : "") + "at width " +
                        std::to_string(width));
    return joined(parts);
}

/// "Under μP 7 trials are still to come, 3 at width 64 and 4 at width 128: …"; empty where none are.
std::string waitingText(const std::vector<OpenTrials>& toCome, const std::string& parametrization)
{
    WidthCounts widths;
    for (const OpenTrials& open : toCome)
        if (open.width != 0 && open.parametrization == parametrization)
            widths[open.width] += open.count;
    if (widths.empty())
        return {};
    const std::int64_t count = sumOf(widths);
    return (parametrization.empty() ? "" : "Under " + parametrizationName(parametrization) + " ") +
           trialsText(count) + (count == 1 ? " is" : " are") + " still to come" +
           (widths.size() > 1 ? ", " : " ") + atWidths(widths) + ": " +
           (widths.size() > 1 ? "these widths are" : "this width is") + " judged when " +
           (count == 1 ? "it has" : "they have") + " ended.";
}

/// Of trials that the search has not proposed yet.
std::string waitingText(const std::vector<OpenTrials>& toCome)
{
    for (const OpenTrials& open : toCome)
        if (open.width == 0)
            return trialsText(open.count) + (open.count == 1 ? " is" : " are") +
                   " still to come, at widths that the search has yet to choose: nothing is judged before.";
    return {};
}

void appendLine(std::string& text, const std::string& line)
{
    if (!line.empty())
        text += (text.empty() ? "" : "\n") + line;
}

/// Curves, and what the complete ones say.
void judge(SweepReport& report)
{
    report.curves = curvesOf(report.points, report.maximized);
    std::vector<SweepCurve> complete;
    for (SweepCurve& curve : report.curves) {
        if (report.openOf(curve) > 0)
            curve.optimum.reset();
        else
            complete.push_back(curve);
    }
    report.drifts = drifts(complete);
}

} // namespace

std::string SweepMetric::title() const
{
    return smoothed ? name + " at the end" : name;
}

std::vector<std::string> SweepReport::parametrizations() const
{
    std::vector<std::string> names;
    for (const SweepCurve& curve : curves)
        if (std::ranges::find(names, curve.parametrization) == names.end())
            names.push_back(curve.parametrization);
    return names;
}

std::vector<std::int64_t> SweepReport::widths() const
{
    std::set<std::int64_t> widths;
    for (const SweepCurve& curve : curves)
        widths.insert(curve.width);
    return {widths.begin(), widths.end()};
}

std::int64_t SweepReport::openOf(const SweepCurve& curve) const
{
    std::int64_t count = 0;
    for (const OpenTrials& trials : toCome)
        if (trials.width == 0 ||
            (trials.width == curve.width && trials.parametrization == curve.parametrization))
            count += trials.count;
    return count;
}

std::string SweepReport::drift() const
{
    std::vector<std::string> names = parametrizations();
    for (const OpenTrials& trials : toCome)
        if (trials.width != 0 && std::ranges::find(names, trials.parametrization) == names.end())
            names.push_back(trials.parametrization);
    std::string text;
    for (const std::string& name : names) {
        const std::string waiting = waitingText(toCome, name);
        for (const Drift& drift : drifts)
            if (drift.parametrization == name && (waiting.empty() || drift.widths > 1))
                appendLine(text, drift.sentence);
        appendLine(text, waiting);
    }
    appendLine(text, waitingText(toCome));
    return text;
}

std::string SweepReport::gain() const
{
    std::string text;
    for (const std::string& name : parametrizations())
        appendLine(text, gainOf(*this, name));
    return text;
}

std::string SweepReport::missing() const
{
    WidthCounts widths;
    for (const OpenTrials& trials : neverRun)
        widths[trials.width] += trials.count;
    if (widths.empty())
        return {};
    const std::int64_t count = sumOf(widths);
    const std::string where = widths.contains(0) ? "" : (widths.size() > 1 ? ", " : " ") + atWidths(widths);
    return std::to_string(count) + (count == 1 ? " planned trial was" : " planned trials were") + " not run" +
           where;
}

std::string SweepReport::remarkOn(const SweepCurve& curve) const
{
    if (const std::int64_t waits = openOf(curve); waits > 0)
        return trialsText(waits) + " still to come";
    const auto diverged =
        std::ranges::count_if(curve.points, [](const CurvePoint& point) { return point.diverged > 0; });
    const std::string some =
        diverged > 0 ? std::to_string(diverged) + " of " + std::to_string(curve.points.size()) + " diverged"
                     : std::string();
    if (!curve.optimum)
        return curve.points.empty() ? "" : "diverged everywhere: sweep lower learning rates";
    std::string text;
    if (curve.points.size() < 2)
        text = "one learning rate so far";
    else if (curve.optimum->atEdge)
        text = curve.optimum->learningRate.low > 0 ? "best at the highest: sweep higher learning rates"
                                                   : "best at the lowest: sweep lower learning rates";
    else if (!curve.optimum->learningRate.isBounded() || !(curve.optimum->learningRate.low > 0))
        text = "too flat to have an optimum";
    return text + (text.empty() || some.empty() ? "" : "; ") + some;
}

SweepReport sweepReport(Database& database, const ExperimentRecord& record, const std::string& metric)
{
    const Experiment experiment = parseExperiment(record.yaml);
    SweepReport report;
    report.metric =
        metric.empty() ? SweepMetric{experiment.objective.metric, false} : SweepMetric{metric, true};
    report.maximized = report.metric.name == experiment.objective.metric &&
                       experiment.objective.direction == Direction::Maximize;
    report.lack = lackOf(experiment);
    const std::vector<TrialRecord> trials = Trials(database).all(record.id);
    const std::map<int, double> losses = lossesOf(database, record.id, report.metric, trials);
    std::set<std::int64_t> baseWidths;
    for (const TrialRecord& trial : trials) {
        const StudyColumns columns = studyColumns(experiment, trial.trial.configuration);
        if (columns.baseWidth)
            baseWidths.insert(*columns.baseWidth);
        if (isFinal(trial.trial.state))
            addTrial(report, columns, trial.trial, losses);
    }
    (isFinal(record.state) ? report.neverRun : report.toCome) = openTrials(experiment, trials);
    for (const OpenTrials& open : report.toCome)
        report.open += open.count;
    report.baseWidths.assign(baseWidths.begin(), baseWidths.end());
    if (!report.lack.empty())
        report.points.clear();
    judge(report);
    return report;
}

std::vector<std::string> lossMetrics(Database& database, std::int64_t experiment)
{
    std::vector<std::string> names = SeriesTable(database).metrics(experiment);
    std::erase_if(names, [](const std::string& name) { return name.find("loss") == std::string::npos; });
    return names;
}

} // namespace widthwise
