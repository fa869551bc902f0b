// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/new_experiment.h"

#include "core/control/warm_start.h"
#include "core/experiment/experiment_file.h"
#include "core/site/experiment_check.h"
#include "core/store/mirrors.h"
#include "core/store/trials.h"

#include <stdexcept>
#include <utility>

namespace widthwise {

ExperimentRecord addExperiment(Database& database, ExperimentRecord record, TextSource source,
                               std::span<const Trial> trials, TimePoint now)
{
    if (const auto origin = record.parent ? Mirrors(database).origin(*record.parent) : std::nullopt)
        throw std::runtime_error(copyText(Experiments(database).find(*record.parent)->name, *origin) +
                                 "; what is made from it is made there, with widthwisectl");
    Experiments experiments(database);
    if (source == TextSource::Draft)
        record = experiments.underFreeName(std::move(record));
    else
        record.name = experiments.freeName(record.name);
    record.created = now;
    if (record.state == ExperimentState::Ready)
        record = withEarlierTrials(database, std::move(record));
    record.id = experiments.add(record);
    for (Trial trial : trials) {
        trial.created = now;
        Trials(database).save(record.id, trial);
    }
    return record;
}

void makeReady(Database& database, std::int64_t experiment, TimePoint now)
{
    Experiments experiments(database);
    const std::optional<ExperimentRecord> record = experiments.find(experiment);
    if (!record)
        throw std::runtime_error("this experiment was removed");
    if (record->state != ExperimentState::Draft) {
        parseExperiment(record->yaml);
        return;
    }
    const ExperimentCheck check = checkExperimentFile(record->yaml, record->baseDirectory);
    if (!check.reading.problems.empty())
        throw ExperimentFileError(check.reading.problems);
    if (const std::string text = withEarlierTrials(database, *record).yaml; text != record->yaml)
        experiments.setYaml(experiment, record->name, text);
    experiments.setState(experiment, ExperimentState::Ready, {}, now);
}

} // namespace widthwise
