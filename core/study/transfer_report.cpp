// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/transfer_report.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/study/study_columns.h"
#include "core/study/width_cost.h"

#include <algorithm>

namespace widthwise {

namespace {

/// An experiment of the store with its trials.
struct Stored {
    ExperimentRecord record;
    Experiment experiment;
    std::vector<TrialRecord> trials;
};

/// Empty where there is none, or its text has errors.
std::optional<Stored> stored(Database& database, const std::optional<ExperimentRecord>& record)
{
    if (!record)
        return std::nullopt;
    ExperimentReading reading = readExperiment(record->yaml);
    if (!reading.experiment || !reading.problems.empty())
        return std::nullopt;
    return Stored{*record, *std::move(reading.experiment), Trials(database).all(record->id)};
}

std::optional<Stored> parentOf(Database& database, const ExperimentRecord& record)
{
    return record.parent ? stored(database, Experiments(database).find(*record.parent)) : std::nullopt;
}

SizedTrial sized(const Experiment& experiment, const Trial& trial)
{
    return {trial, studyColumns(experiment, trial.configuration).width};
}

Seconds deviceTime(const Stored& stored, TimePoint now)
{
    Seconds sum{};
    for (const TrialRecord& record : stored.trials)
        sum += duration(record.trial, now);
    return sum * deviceCount(stored.experiment.resources);
}

std::optional<double> timeOfStep(const Trial& trial)
{
    const Seconds time = duration(trial, trial.finished.value_or(trial.created));
    if (!isFinal(trial.state) || !trial.lastStep || *trial.lastStep <= 0 || time.count() <= 0)
        return std::nullopt;
    return time.count() / static_cast<double>(*trial.lastStep);
}

/// How far the measured ratio of the times of a step lies from the one that stepTimeRatio says, on average.
std::optional<double> correction(const Stored& small, const Stored& wide, std::span<const TransferPair> pairs)
{
    double sum = 0;
    int count = 0;
    for (const TransferPair& pair : pairs) {
        if (!pair.narrow)
            continue;
        const Trial& narrow = pair.narrow->trial;
        const auto said = stepTimeRatio(small.experiment, narrow.configuration, wide.experiment,
                                        pair.wide.trial.configuration);
        const auto before = timeOfStep(narrow);
        const auto after = timeOfStep(pair.wide.trial);
        if (!said || !before || !after)
            continue;
        sum += *after / *before / *said;
        ++count;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

/// The running times of the small experiment's trials, each as long as it would have been at full width.
std::optional<Seconds> timeAtWidth(const Stored& small, const Stored& wide,
                                   const Configuration& wideConfiguration, double factor, TimePoint now)
{
    Seconds sum{};
    for (const TrialRecord& record : small.trials) {
        const auto ratio =
            stepTimeRatio(small.experiment, record.trial.configuration, wide.experiment, wideConfiguration);
        if (!ratio)
            return std::nullopt;
        sum += duration(record.trial, now) * *ratio * factor;
    }
    return sum * deviceCount(small.experiment.resources);
}

std::vector<TransferPair> pairsOf(const Stored& wide, const std::optional<Stored>& small)
{
    std::vector<TransferPair> pairs;
    for (const TrialRecord& record : wide.trials) {
        if (!record.trial.parent)
            continue;
        TransferPair pair{{}, sized(wide.experiment, record.trial)};
        if (small)
            if (const auto found = std::ranges::find(small->trials, *record.trial.parent, &TrialRecord::id);
                found != small->trials.end())
                pair.narrow = sized(small->experiment, found->trial);
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

std::optional<TransferReport> reportOf(const Stored& wide, const std::optional<Stored>& small, TimePoint now)
{
    TransferReport report;
    report.pairs = pairsOf(wide, small);
    if (report.pairs.empty())
        return std::nullopt;
    report.record = wide.record;
    report.objective = wide.experiment.objective;
    report.transferTime = deviceTime(wide, now);
    if (!small)
        return report;
    report.search = small->record.name;
    report.searchTime = deviceTime(*small, now);
    const auto measured = correction(*small, wide, report.pairs);
    report.measured = measured.has_value();
    report.directTime =
        timeAtWidth(*small, wide, report.pairs.front().wide.trial.configuration, measured.value_or(1), now);
    return report;
}

} // namespace

std::optional<double> gainOf(const Objective& objective, const TransferPair& pair)
{
    if (!pair.narrow || !isUsable(pair.narrow->trial) || !isUsable(pair.wide.trial))
        return std::nullopt;
    const double change = *pair.wide.trial.objective - *pair.narrow->trial.objective;
    return objective.direction == Direction::Minimize ? -change : change;
}

std::optional<TransferReport> transferReport(Database& database, const ExperimentRecord& record,
                                             TimePoint now)
{
    const std::optional<Stored> wide = stored(database, record);
    return wide ? reportOf(*wide, parentOf(database, record), now) : std::nullopt;
}

std::vector<TransferReport> transferReports(Database& database, std::int64_t experiment, TimePoint now)
{
    const std::optional<Stored> small = stored(database, Experiments(database).find(experiment));
    std::vector<TransferReport> reports;
    for (const ExperimentRecord& record : Experiments(database).all()) {
        if (record.parent != experiment)
            continue;
        if (const std::optional<Stored> wide = stored(database, record))
            if (std::optional<TransferReport> report = reportOf(*wide, small, now))
                reports.push_back(*std::move(report));
    }
    return reports;
}

std::string originText(Database& database, const ExperimentRecord& record, std::span<const Trial> trials)
{
    const std::optional<Stored> parent = parentOf(database, record);
    if (!parent)
        return {};
    std::string numbers;
    int count = 0;
    std::string width;
    for (const Trial& trial : trials) {
        const auto found = trial.parent ? std::ranges::find(parent->trials, *trial.parent, &TrialRecord::id)
                                        : parent->trials.end();
        if (found == parent->trials.end())
            continue;
        numbers += (++count > 1 ? ", " : "") + std::to_string(found->trial.number);
        if (const auto known = sized(parent->experiment, found->trial).width)
            width = " (width " + std::to_string(*known) + ")";
    }
    return count == 0 ? "made from " + parent->record.name
                      : "transferred from " + parent->record.name + (count > 1 ? " trials " : " trial ") +
                            numbers + width;
}

} // namespace widthwise
