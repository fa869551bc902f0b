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
        return std::pair(results[i] == CheckResult::Fails, std::abs(slopes[i].slope.value));
    };
    for (std::size_t i = 0; i < slopes.size(); ++i)
        if (slopes[i].layer == layer && slopes[i].parametrization == parametrization &&
            results[i] != CheckResult::Incomplete && (worst < 0 || rank(i) > rank(std::size_t(worst))))
            worst = int(i);
    return worst;
}

CheckResult CheckReport::result() const
{
    bool holds = !verdicts.empty();
    bool incomplete = verdicts.empty();
    for (const CheckVerdict& verdict : verdicts) {
        if (verdict.parametrization == standard && verdicts.size() > 1)
            continue;
        if (verdict.result == CheckResult::Fails)
            return CheckResult::Fails;
        holds &= verdict.result == CheckResult::Holds;
        incomplete |= verdict.result == CheckResult::Incomplete;
    }
    return holds ? CheckResult::Holds : incomplete ? CheckResult::Incomplete : CheckResult::Unclear;
}

CheckReport checkReport(std::vector<CoordinateRecord> records, std::vector<double> learningRates)
{
    CheckReport report;
    report.records = std::move(records);
    report.slopes = layerSlopes(report.records);
    for (const LayerSlope& slope : report.slopes)
        report.results.push_back(resultOf(slope, report.slopes));
    report.verdicts = checkVerdicts(report.slopes);
    report.learningRates = std::move(learningRates);
    return report;
}

CheckReport checkReport(Database& database, std::int64_t experiment)
{
    std::vector<CoordinateRecord> records = coordinateRecords(database, experiment);
    if (records.empty())
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
