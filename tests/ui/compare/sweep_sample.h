// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <QTemporaryDir>

#include <cmath>

namespace widthwise::ui {

/// A store with a learning-rate sweep: the optimum lies at 2^-7 under μP, and an octave lower with each
/// doubling of the width under SP; the highest rate of SP diverges from width 64 on.
class SweepSample {
public:
    SweepSample()
    {
        m_record.name = "sweep";
        m_record.yaml = R"(
name: sweep
objective: {metric: val/loss}
trial: {trainer: {base_width: 32, data: jets.h5, batch_size: 50}}
space:
  width: {type: categorical, values: [32, 64, 128]}
  max_lr: {type: categorical, values: [0.001953125, 0.00390625, 0.0078125, 0.015625, 0.03125]}
  parametrization: {type: categorical, values: [sp, mup]}
search: {algorithm: grid}
resources: {parallel: 2}
)";
        m_record.state = ExperimentState::Running;
        m_record.baseDirectory = "/data";
        m_record.id = Experiments(m_database).add(m_record);
    }

    QString file() const { return m_folder.filePath(QStringLiteral("store.db")); }
    Database& database() { return m_database; }
    ExperimentRecord record() const { return m_record; }

    /// All trials of one width.
    void add(std::int64_t width)
    {
        for (int octave = -9; octave <= -5; ++octave)
            for (const char* name : {"sp", "mup"})
                add(width, octave, name);
    }
    void addAll()
    {
        for (const std::int64_t width : {32, 64, 128})
            add(width);
    }

private:
    void add(std::int64_t width, int octave, const std::string& name)
    {
        Trial trial;
        trial.number = m_trials++;
        trial.configuration =
            Configuration({{"width", width}, {"max_lr", std::exp2(octave)}, {"parametrization", name}});
        const double shift = name == "sp" ? -std::log2(double(width) / 32) : 0;
        const bool diverges = name == "sp" && octave == -5 && width > 32;
        trial.state = diverges ? TrialState::Diverged : TrialState::Completed;
        if (!diverges)
            trial.objective = 1 - double(width) / 1000 + 0.1 * std::pow(octave + 7 - shift, 2);
        trial.started = TimePoint(std::chrono::seconds(1'700'000'000));
        trial.finished = *trial.started + std::chrono::seconds(10);
        Transaction transaction(m_database);
        const std::int64_t id = Trials(m_database).save(m_record.id, trial);
        SeriesTable(m_database).append(id, {{"train/loss", {{1, 2.0}, {2, 1.5}}}});
        transaction.commit();
    }

    QTemporaryDir m_folder;
    Database m_database{m_folder.filePath(QStringLiteral("store.db")).toStdString()};
    ExperimentRecord m_record;
    int m_trials = 0;
};

} // namespace widthwise::ui
