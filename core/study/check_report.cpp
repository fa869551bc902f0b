// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/check_report.h"

#include "core/experiment/experiment_file.h"
#include "core/store/experiments.h"
#include "core/store/trials.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/study_columns.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace widthwise {

namespace {

constexpr const char* standard = "sp";

template <class T>
std::vector<T> distinct(const std::vector<LayerSlope>& slopes, T LayerSlope::*member)
{
    std::vector<T> values;
    for (const LayerSlope& slope : slopes)
        if (std::ranges::find(values, slope.*member) == values.end())
            values.push_back(slope.*member);
    return values;
}

std::vector<double> learningRatesOf(Database& database, const ExperimentRecord& record)
{
    const Experiment experiment = parseExperiment(record.yaml);
    std::set<double> rates;
    for (const TrialRecord& trial : Trials(database).all(record.id))
        if (const auto rate = studyColumns(experiment, trial.trial.configuration).learningRate)
            rates.insert(*rate);
    return {rates.begin(), rates.end()};
}

/// Of several verdicts the one that a person should know first counts for all.
bool byWeight(CheckResult a, CheckResult b)
{
    constexpr CheckResult rising[] = {CheckResult::Holds, CheckResult::Incomplete, CheckResult::TooLittle,
                                      CheckResult::Unclear, CheckResult::Fails};
    return std::ranges::find(rising, a) < std::ranges::find(rising, b);
}

} // namespace

std::vector<std::string> CheckReport::parametrizations() const
{
    std::vector<std::string> names = distinct(slopes, &LayerSlope::parametrization);
    std::ranges::stable_partition(names, [](const std::string& name) { return name == standard; });
    return names;
}

std::vector<std::string> CheckReport::layers() const
{
    return distinct(slopes, &LayerSlope::layer);
}

std::vector<std::int64_t> CheckReport::times() const
{
    std::vector<std::int64_t> times = distinct(slopes, &LayerSlope::t);
    std::ranges::sort(times);
    return times;
}

int CheckReport::find(const std::string& parametrization, const std::string& layer, std::int64_t t) const
{
    const auto found = std::ranges::find_if(slopes, [&](const LayerSlope& slope) {
        return slope.t == t && slope.layer == layer && slope.parametrization == parametrization;
    });
    return found == slopes.end() ? -1 : int(found - slopes.begin());
}

int CheckReport::worst(const std::string& parametrization, const std::string& layer) const
{
    int worst = -1;
    const auto rank = [this](std::size_t i) {
        const CheckResult result = slopes[i].result;
        return std::tuple(result == CheckResult::Fails, result == CheckResult::Unclear,
                          std::abs(slopes[i].slope.value));
    };
    for (std::size_t i = 0; i < slopes.size(); ++i)
        if (slopes[i].layer == layer && slopes[i].parametrization == parametrization &&
            slopes[i].result != CheckResult::Incomplete && (worst < 0 || rank(i) > rank(std::size_t(worst))))
            worst = int(i);
    return worst;
}

CheckResult CheckReport::result() const
{
    if (verdicts.empty())
        return CheckResult::Incomplete;
    CheckResult result = CheckResult::Holds;
    for (const CheckVerdict& verdict : verdicts) {
        if (verdict.parametrization == standard && verdicts.size() > 1)
            continue;
        result = std::max(result, verdict.result, byWeight);
    }
    return result;
}

CheckReport checkReport(CheckRecords records, std::vector<double> learningRates)
{
    CheckAnalysis analysis = analyze(records);
    CheckReport report;
    report.records = std::move(records.coordinates);
    report.slopes = std::move(analysis.slopes);
    report.verdicts = std::move(analysis.verdicts);
    report.learningRates = std::move(learningRates);
    return report;
}

CheckReport checkReport(Database& database, std::int64_t experiment)
{
    CheckRecords records = coordinateRecords(database, experiment);
    if (records.coordinates.empty())
        return {};
    return checkReport(std::move(records),
                       learningRatesOf(database, *Experiments(database).find(experiment)));
}

std::string parametrizationName(const std::string& parametrization)
{
    if (parametrization == standard)
        return "SP";
    if (parametrization == "mup")
        return "μP";
    return parametrization == "mup-table-3" ? "μP (table 3)" : parametrization;
}

} // namespace widthwise
