// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "core/study/sweep_study.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace widthwise::ui {

/// What a learning-rate sweep of an experiment is to run, and what that costs.
class SweepForm : public QWidget {
    Q_OBJECT
public:
    explicit SweepForm(QWidget* parent = nullptr);

    /// Starts from the default plan. `secondsPerTrial`: of base's trials, 0 where it is not known.
    void setBase(const ExperimentRecord& record, const Experiment& base, const Configuration& configuration,
                 double secondsPerTrial);

Q_SIGNALS:
    void sweepWanted(const widthwise::ExperimentRecord& record, bool start);

private:
    void fill(const SweepPlan& plan);
    std::optional<SweepPlan> plan() const;
    void refresh();
    void make(bool start);
    QString costOf(const SweepPlan& plan) const;

    QLineEdit* m_widths;
    QLineEdit* m_lowest;
    QLineEdit* m_highest;
    QComboBox* m_perOctave;
    QSpinBox* m_seeds;
    QLabel* m_cost;
    QPushButton* m_run;
    QPushButton* m_draft;
    ExperimentRecord m_record;
    std::optional<Experiment> m_base;
    std::optional<Experiment> m_sweep; ///< what the form says; empty where that cannot be run
    Configuration m_configuration;
    std::vector<std::string> m_parametrizations;
    double m_secondsPerTrial = 0;
};

} // namespace widthwise::ui
