// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "core/study/check_report.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/derived_experiment.h"
#include "core/study/study_columns.h"
#include "tests/ui/test_store.h"

#include <cmath>

namespace widthwise::ui {

/// A store with an experiment over a bundled model and a coordinate check made out of it, whose trials a test
/// lets run: the layer `hidden.10` grows as the width to the power `growth` (plus ½ under SP) from t = 2 on,
/// `hidden.2` never.
class PlantedCheck : public TestStore {
public:
    explicit PlantedCheck(double growth = 0) : m_growth(growth)
    {
        m_base.name = "mlp-lr";
        m_base.yaml = "name: mlp-lr\nobjective: {metric: val/loss}\n"
                      "trial: {trainer: {model: mlp, data: jets.h5, max_lr: 0.02}}\n"
                      "space: {beta1: {type: float, low: 0.8, high: 0.9}}\nbudget: {trials: 3}\n";
        m_base.baseDirectory = "/data";
        m_base.id = Experiments(m_connection).add(m_base);
    }

    const ExperimentRecord& base() const { return m_base; }

    std::int64_t addCheck(ExperimentState state = ExperimentState::Running)
    {
        CheckPlan plan;
        plan.widths = {32, 64, 128};
        plan.seeds = {1, 2, 3};
        plan.steps = 4;
        m_check = coordinateCheckOf(parseExperiment(m_base.yaml), {}, plan);
        ExperimentRecord record = derivedRecord(m_base, m_check);
        record.state = state;
        record.name = Experiments(m_connection).freeName(record.name);
        return Experiments(m_connection).add(record);
    }

    /// Trials `first` to `last` of the check end.
    void runTrials(std::int64_t check, int first, int last)
    {
        const auto grid = makeSearchAlgorithm(m_check.search, m_check.space, Direction::Minimize, 1);
        Transaction transaction(m_connection);
        History history;
        for (int number = 0; number <= last; ++number) {
            Trial trial;
            trial.number = number;
            trial.configuration = std::get<Configuration>(grid->propose(history));
            trial.state = TrialState::Completed;
            history.push_back({.configuration = trial.configuration});
            if (number >= first)
                record(Trials(m_connection).save(check, trial), studyColumns(m_check, trial.configuration));
        }
        transaction.commit();
    }
    int trials() const { return int(*plannedTrials(m_check)); }

private:
    void record(std::int64_t trial, const StudyColumns& columns)
    {
        std::map<std::string, std::vector<Point>> points;
        const double width = double(*columns.width);
        const double growth = m_growth + (columns.parametrization == "sp" ? 0.5 : 0);
        for (std::int64_t t = 1; t <= 4; ++t) {
            const double noise =
                (1 + 0.01 * ((*columns.seed * 7 + int(width) / 32) % 3)) * (t > 1 ? 1.05 : 1);
            points["coordinate/hidden.2/l1"].push_back({t, noise});
            points["coordinate/hidden.10/l1"].push_back({t, noise * std::pow(width, t > 1 ? growth : 0)});
        }
        SeriesTable(m_connection).append(trial, points);
    }

    double m_growth;
    Database m_connection{file().toStdString()};
    ExperimentRecord m_base;
    Experiment m_check;
};

/// The report on the whole of a planted check.
inline std::shared_ptr<const CheckReport> plantedReport(double growth)
{
    PlantedCheck store(growth);
    const std::int64_t check = store.addCheck();
    store.runTrials(check, 0, store.trials() - 1);
    Database database(store.file().toStdString());
    return std::make_shared<const CheckReport>(checkReport(database, check));
}

} // namespace widthwise::ui
