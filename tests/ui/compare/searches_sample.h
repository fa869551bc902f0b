// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <QTemporaryDir>

#include <cmath>

namespace widthwise::ui {

/// A store with searches of one objective: each falls to a value of its own, whatever its seed.
class SearchesSample {
public:
    QString file() const { return m_folder.filePath(QStringLiteral("store.db")); }
    Database& database() { return m_database; }

    ExperimentRecord add(const std::string& name, const std::string& search, int seed, double reached,
                         int trials = 10)
    {
        ExperimentRecord record;
        record.name = name;
        record.yaml = "name: " + name +
                      "\nobjective: {metric: val/loss}\ntrial: {command: 'train {x}'}\n"
                      "space: {x: {type: float, low: 0, high: 1}}\n" +
                      search + "\nbudget: {trials: 10}\nseed: " + std::to_string(seed) + "\n";
        record.state = ExperimentState::Completed;
        record.started = begin;
        record.id = Experiments(m_database).add(record);
        for (int number = 0; number < trials; ++number)
            addTrial(record.id, number, reached + 0.01 * seed + std::exp2(-number));
        return record;
    }
    /// Three seeds of a random search, and three under ASHA, which are better.
    ExperimentRecord addAll()
    {
        for (const int seed : {1, 2, 3}) {
            const std::string number = std::to_string(seed);
            add("random-" + number, "search: {algorithm: random}", seed, 0.5);
            add("asha-" + number,
                "search: {algorithm: random}\nschedule: {type: asha, min_steps: 10, max_steps: 90}", seed,
                0.3);
        }
        return *Experiments(m_database).find("random-1");
    }

    void addTrial(std::int64_t experiment, int number, double objective)
    {
        Trial trial;
        trial.number = number;
        trial.configuration = Configuration({{"x", 0.5}});
        trial.state = TrialState::Completed;
        trial.objective = objective;
        trial.started = begin + std::chrono::minutes(number);
        trial.finished = begin + std::chrono::minutes(number + 1);
        Transaction transaction(m_database);
        const std::int64_t id = Trials(m_database).save(experiment, trial);
        SeriesTable(m_database)
            .append(id, {{"val/loss", {{10, 2 * objective}, {30, 1.5 * objective}, {90, objective}}}});
        transaction.commit();
    }

private:
    static constexpr TimePoint begin{std::chrono::seconds(1'700'000'000)};

    QTemporaryDir m_folder;
    Database m_database{m_folder.filePath(QStringLiteral("store.db")).toStdString()};
};

} // namespace widthwise::ui
