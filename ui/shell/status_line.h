// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/feed/store_client.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace widthwise::ui {

/// "driver ● running · 3 running, 2 queued, 1 failed · 0.4 CPU h · ETA 00:41", with the age of the last sign
/// of life and a way to resume where the driver is lost.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);

    /// Null for no experiment.
    void showExperiment(const ExperimentOverview* overview);
    void applyTrials(const TrialsUpdate& update);

Q_SIGNALS:
    void resumeWanted();

private:
    void refresh();
    void refreshDriver();
    QString countsText() const;
    QString effortText() const;

    QLabel* m_driver;
    QPushButton* m_resume;
    QLabel* m_text;
    QTimer m_clock{this};
    std::optional<ExperimentOverview> m_overview;
    std::optional<Experiment> m_experiment; ///< empty where the text has errors
    std::vector<Trial> m_trials;            ///< the place is the number
};

} // namespace widthwise::ui
