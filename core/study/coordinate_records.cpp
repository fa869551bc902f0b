// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/study_columns.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>

namespace widthwise {

namespace {

constexpr std::string_view prefix = "coordinate/";
constexpr std::string_view suffix = "/l1";

std::optional<std::string> layerOf(std::string_view metric)
{
    if (!metric.starts_with(prefix) || !metric.ends_with(suffix) ||
        metric.size() <= prefix.size() + suffix.size())
        return std::nullopt;
    return std::string(metric.substr(prefix.size(), metric.size() - prefix.size() - suffix.size()));
}

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// `encoder.2` before `encoder.10`.
bool naturallyBefore(std::string_view a, std::string_view b)
{
    while (!a.empty() && !b.empty()) {
        const auto digits = [](std::string_view text) {
            return std::size_t(std::ranges::find_if_not(text, isDigit) - text.begin());
        };
        const std::size_t inA = digits(a);
        const std::size_t inB = digits(b);
        if (inA > 0 && inB > 0 && inA != inB)
            return inA < inB;
        if (a.front() != b.front())
            return a.front() < b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.size() < b.size();
}

struct NaturalOrder {
    bool operator()(const std::string& a, const std::string& b) const { return naturallyBefore(a, b); }
};

using LayerPoints = std::map<std::string, Points, NaturalOrder>;

/// By the trial's number.
std::map<int, LayerPoints> readLayers(Database& database, std::int64_t experiment)
{
    SeriesTable series(database);
    std::map<int, LayerPoints> byTrial;
    for (const SeriesSummary& summary : series.summaries(experiment))
        if (const std::optional<std::string> layer = layerOf(summary.metric))
            byTrial[summary.trialNumber].emplace(*layer, series.read(summary.id));
    return byTrial;
}

void append(std::vector<CoordinateRecord>& records, const StudyColumns& columns, const Trial& trial,
            const LayerPoints& layers)
{
    const bool diverged = trial.state == TrialState::Diverged && trial.lastStep;
    for (const auto& [layer, points] : layers) {
        CoordinateRecord record{
            columns.parametrization, *columns.width, columns.seed.value_or(1), 0, layer, 0};
        for (std::size_t i = 0; i < points.size(); ++i) {
            record.t = points.steps[i];
            record.l1 = points.values[i];
            records.push_back(record);
        }
        if (!diverged || (points.size() > 0 && points.steps.back() >= *trial.lastStep))
            continue;
        record.t = *trial.lastStep;
        record.l1 = std::numeric_limits<double>::quiet_NaN();
        records.push_back(record);
    }
}

} // namespace

std::vector<CoordinateRecord> coordinateRecords(Database& database, std::int64_t experiment)
{
    const std::optional<ExperimentRecord> found = Experiments(database).find(experiment);
    if (!found)
        return {};
    const std::map<int, LayerPoints> layers = readLayers(database, experiment);
    if (layers.empty())
        return {};
    const Experiment described = parseExperiment(found->yaml);
    std::vector<CoordinateRecord> records;
    for (const TrialRecord& record : Trials(database).all(experiment)) {
        const auto ofTrial = layers.find(record.trial.number);
        const StudyColumns columns = studyColumns(described, record.trial.configuration);
        if (ofTrial != layers.end() && columns.width && !columns.parametrization.empty())
            append(records, columns, record.trial, ofTrial->second);
    }
    return records;
}

} // namespace widthwise
