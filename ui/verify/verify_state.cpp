// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verify_state.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/store/trials.h"
#include "core/study/study_columns.h"

#include <QCoreApplication>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui", text);
}

std::optional<Experiment> parsed(const ExperimentRecord& record)
{
    try {
        Experiment experiment = parseExperiment(record.yaml);
        experiment.name = record.name;
        return experiment;
    } catch (const ExperimentFileError&) {
        return std::nullopt;
    }
}

std::vector<Trial> trialsOf(Database& database, std::int64_t experiment)
{
    std::vector<Trial> trials;
    for (TrialRecord& record : Trials(database).all(experiment))
        trials.push_back(std::move(record.trial));
    return trials;
}

std::optional<CheckOffer> offerOf(Database& database, const ExperimentRecord& base,
                                  const Experiment& experiment)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return std::nullopt;
    const std::vector<Trial> trials = trialsOf(database, base.id);
    CheckOffer offer{base, experiment, defaultConfiguration(experiment, trials), {}, 0, {}};
    offer.plan = checkPlan(experiment, offer.configuration);
    offer.learningRate = studyColumns(experiment, offer.configuration).learningRate.value_or(0);
    if (const Trial* best = bestTrial(experiment, trials))
        offer.bestTrial = best->number;
    return offer;
}

std::optional<ExperimentRecord> newestCheckOf(Database& database, std::int64_t base)
{
    std::optional<ExperimentRecord> newest;
    for (ExperimentRecord& record : Experiments(database).all())
        if (record.parent == base)
            if (const auto experiment = parsed(record); experiment && isCoordinateCheck(*experiment))
                newest = std::move(record);
    return newest;
}

void showCheck(Database& database, VerifyState& state, const ExperimentRecord& check)
{
    state.check = check;
    state.report = checkReport(database, check.id);
    state.counts = Experiments(database).counts(check.id);
    if (const auto experiment = parsed(check))
        state.planned = int(plannedTrials(*experiment).value_or(0));
}

void read(Database& database, VerifyState& state)
{
    const std::optional<ExperimentRecord> record = Experiments(database).find(state.experiment);
    if (!record)
        return;
    const std::optional<Experiment> experiment = parsed(*record);
    if (!experiment) {
        state.problem = tr("The experiment's text has errors; Design shows them.");
        return;
    }
    showCheck(database, state, *record);
    if (!state.report.isEmpty() || isCoordinateCheck(*experiment)) {
        const auto parent = record->parent ? Experiments(database).find(*record->parent) : std::nullopt;
        if (const auto base = parent ? parsed(*parent) : std::nullopt)
            state.offer = offerOf(database, *parent, *base);
        return;
    }
    state.check.reset();
    state.offer = offerOf(database, *record, *experiment);
    if (!state.offer)
        state.problem =
            tr("Its trials run a program of your own. Have it record the metric coordinate/<layer>/l1, the "
               "mean |x| of each layer's output before update 1, 2, 3, …, on a fixed batch, and search a "
               "grid over the parameters width and parametrization: then this page shows the check.");
    if (const auto check = newestCheckOf(database, record->id))
        showCheck(database, state, *check);
}

} // namespace

VerifyStatePtr readVerifyState(Database& database, std::int64_t experiment)
{
    auto state = std::make_shared<VerifyState>();
    state->experiment = experiment;
    read(database, *state);
    return state;
}

} // namespace widthwise::ui
