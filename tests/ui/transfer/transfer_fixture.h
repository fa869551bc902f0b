// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/new_experiment.h"
#include "core/experiment/experiment_file.h"
#include "core/study/derived_experiment.h"
#include "core/study/transfer_study.h"
#include "tests/ui/test_store.h"
#include "ui/transfer/transfer_state.h"

namespace widthwise::ui {

/// A store with a search of three trials of 10 s at width 32 in it; trial 2 is the best.
struct TransferFixture {
    static constexpr const char* text =
        "name: small\nobjective: {metric: val/loss}\n"
        "trial: {trainer: {model: gn2, width: 32, base_width: 32, heads: 8}}\n"
        "space: {max_lr: {type: float, low: 0.001, high: 1}}\nbudget: {trials: 3}\n";

    explicit TransferFixture(const std::string& yaml = text)
    {
        small.name = "small";
        small.yaml = yaml;
        small.state = ExperimentState::Completed;
        small.id = Experiments(database).add(small);
    }

    Trial ended(int number, double loss, int seconds) const
    {
        Trial trial;
        trial.number = number;
        trial.configuration.set("max_lr", 0.1 * (number + 1));
        trial.state = TrialState::Completed;
        trial.objective = loss;
        trial.lastStep = 100;
        trial.started = TimePoint();
        trial.finished = TimePoint(std::chrono::seconds(seconds));
        return trial;
    }
    void addTrials()
    {
        for (int number = 0; number < 3; ++number)
            Trials(database).save(small.id, ended(number, 1 - 0.1 * number, 10));
    }
    /// The best trial at width 128; it waits.
    ExperimentRecord addTransfer()
    {
        const Experiment base = parseExperiment(small.yaml);
        const auto best = bestTrials(base.objective, Trials(database).all(small.id), 1);
        TransferPlan plan;
        plan.width = 128;
        const Experiment wide = transferOf(base, best, plan);
        ExperimentRecord record = derivedRecord(small, wide);
        record.state = ExperimentState::Ready;
        return addExperiment(database, record, TextSource::Draft, transferTrials(wide, best, TimePoint()),
                             TimePoint());
    }
    void finish(const ExperimentRecord& transfer, double loss)
    {
        Trial trial = ended(0, loss, 40);
        trial.parent = Trials(database).find(transfer.id, 0)->trial.parent;
        Trials(database).save(transfer.id, trial);
        Experiments(database).setState(transfer.id, ExperimentState::Completed, {}, TimePoint());
    }
    TransferStatePtr state(std::int64_t experiment)
    {
        return readTransferState(database, experiment, TimePoint());
    }

    TestStore store;
    Database database{store.file().toStdString()};
    ExperimentRecord small;
};

} // namespace widthwise::ui
