// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/experiment/trial_settings.h"
#include "core/models/families.h"
#include "core/models/readable_settings.h"
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
constexpr std::string_view lossMetric = "train/loss";

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

struct TrialPoints {
    std::map<std::string, Points, NaturalOrder> layers;
    Points loss;
};

/// By the trial's number.
std::map<int, TrialPoints> readPoints(Database& database, std::int64_t experiment)
{
    const Transaction snapshot(database, Transaction::Kind::Reading);
    SeriesTable series(database);
    std::map<int, TrialPoints> byTrial;
    for (const SeriesSummary& summary : series.summaries(experiment)) {
        if (const std::optional<std::string> layer = layerOf(summary.metric))
            byTrial[summary.trialNumber].layers.emplace(*layer, series.read(summary.id));
        else if (summary.metric == lossMetric)
            byTrial[summary.trialNumber].loss = series.read(summary.id);
    }
    return byTrial;
}

void append(CheckRecords& records, const StudyColumns& columns, const Trial& trial, const TrialPoints& points)
{
    const std::int64_t width = *columns.width;
    const std::int64_t seed = columns.seed.value_or(1);
    for (std::size_t i = 0; i < points.loss.size(); ++i)
        records.losses.push_back(
            {columns.parametrization, width, seed, points.loss.steps[i], points.loss.values[i]});
    const bool diverged = trial.state == TrialState::Diverged && trial.lastStep;
    for (const auto& [layer, values] : points.layers) {
        CoordinateRecord record{columns.parametrization, width, seed, 0, layer, 0};
        for (std::size_t i = 0; i < values.size(); ++i) {
            record.t = values.steps[i];
            record.l1 = values.values[i];
            records.coordinates.push_back(record);
        }
        if (!diverged || (values.size() > 0 && values.steps.back() >= *trial.lastStep))
            continue;
        record.t = *trial.lastStep;
        record.l1 = std::numeric_limits<double>::quiet_NaN();
        records.coordinates.push_back(record);
    }
}

LayerKind kindOf(trainer::LayerRole role)
{
    switch (role) {
    case trainer::LayerRole::QueryKey:
        return LayerKind::QueryKey;
    case trainer::LayerRole::Readout:
        return LayerKind::Readout;
    case trainer::LayerRole::BehindReadout:
        return LayerKind::BehindReadout;
    case trainer::LayerRole::Hidden:
        break;
    }
    return LayerKind::Hidden;
}

/// What the model's family says; of a program of one's own nothing is known.
CheckedModel modelOf(const Experiment& experiment, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return {};
    const trainer::Settings settings = trainer::readableSettings(trialSettings(experiment, configuration));
    const trainer::FamilyFacts& family = trainer::factsOf(settings);
    CheckedModel model{.headsGrow = family.headsGrow(settings),
                       .readoutBias = false,
                       .sgd = settings.optimizer == trainer::OptimizerKind::Sgd,
                       .kinds = {}};
    for (const trainer::RecordedLayer& layer : family.layers(settings))
        model.kinds.emplace(layer.name, kindOf(layer.role));
    return model;
}

} // namespace

CheckRecords coordinateRecords(Database& database, std::int64_t experiment)
{
    const std::optional<ExperimentRecord> found = Experiments(database).find(experiment);
    if (!found)
        return {};
    const std::map<int, TrialPoints> points = readPoints(database, experiment);
    if (std::ranges::all_of(points, [](const auto& trial) { return trial.second.layers.empty(); }))
        return {};
    const Experiment described = parseExperiment(found->yaml);
    CheckRecords records;
    for (const TrialRecord& record : Trials(database).all(experiment)) {
        const auto ofTrial = points.find(record.trial.number);
        const StudyColumns columns = studyColumns(described, record.trial.configuration);
        if (ofTrial == points.end() || !columns.width || columns.parametrization.empty())
            continue;
        if (records.coordinates.empty())
            records.model = modelOf(described, record.trial.configuration);
        append(records, columns, record.trial, ofTrial->second);
    }
    return records;
}

} // namespace widthwise
