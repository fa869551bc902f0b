// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/forecast_job.h"
#include "ui/feed/page_reader.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace widthwise::ui {

/// What would this cost? The search as it is designed, in simulated time: how long it takes, how many device
/// hours, and how good what it finds is.
class CostPanel : public QWidget {
    Q_OBJECT
public:
    explicit CostPanel(StoreClient& client, QWidget* parent = nullptr);

    /// An experiment without problems.
    void show(const ExperimentRecord& record, const Experiment& experiment);
    /// In words why there is nothing to simulate.
    void showNothing(const QString& reason);

private:
    /// What the store gives.
    struct Reading {
        std::vector<ExperimentRecord> forerunners;
        std::int64_t chosen = 0; ///< 0: made up
        std::optional<ForecastTrials> like;
        QString problem;
    };

    void makeForm(QFormLayout& form);
    static Reading read(Database& database, const ExperimentRecord& record, const Experiment& experiment,
                        std::optional<std::int64_t> choice);
    PageReader::Read nextReading();
    void take(const Reading& reading);
    void fillSources(const Reading& reading);
    void simulate();
    void say(const QString& result, bool isProblem = false);
    ForecastAssumptions assumptions() const;

    PageReader m_reader;
    ForecastJob m_job;
    QComboBox* m_source;
    QSpinBox* m_workers;
    QSpinBox* m_steps;
    QDoubleSpinBox* m_stepTime;
    QDoubleSpinBox* m_lost;
    QDoubleSpinBox* m_diverging;
    QLabel* m_result;
    QLabel* m_assumed;
    ExperimentRecord m_record;
    std::optional<Experiment> m_experiment; ///< empty: there is nothing to simulate
    std::optional<std::int64_t> m_choice;   ///< of the person, whose trials these go as; 0: made up
    Reading m_reading;
};

} // namespace widthwise::ui
