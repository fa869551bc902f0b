// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/feed/store_client.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace widthwise::ui {

class ReasonLabel;

/// "driver ● running  juwels ● connected · 3 running, 2 queued, 1 failed · 4.2 GPU h · about 41 min left",
/// with the age of the last sign of life, and a way to resume where the driver is lost and to log in where
/// the site asks for it.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);

    /// Null for no experiment. One whose driver is `starting` may wait for a login.
    void showExperiment(const ExperimentOverview* overview, bool starting);
    void applyTrials(const TrialsUpdate& update);
    /// The store can only be looked at, for the reason given; an empty one: it can be written.
    void setReadOnly(const QString& reason);

    /// The page that is seen says why the experiment is in its state, so that this need not.
    void setReasonTold(bool told);

Q_SIGNALS:
    void resumeWanted();
    /// The person wants to log in to the site of the experiment shown.
    void loginWanted();

private:
    void refresh();
    void refreshReason();
    void refreshDriver();
    void refreshLink();
    void refreshNotices();
    QString countsText() const;
    QString effortText() const;

    QLabel* m_driver;
    QPushButton* m_resume;
    QLabel* m_link;
    QPushButton* m_login;
    QLabel* m_text;
    QLabel* m_notices;
    QLabel* m_store;
    ReasonLabel* m_reason; ///< above all that, in full
    QTimer m_clock{this};
    std::optional<ExperimentOverview> m_overview;
    bool m_starting = false;
    bool m_reasonTold = false;
    std::optional<Experiment> m_experiment; ///< empty where the text has errors
    std::vector<Trial> m_trials;            ///< the place is the number
};

} // namespace widthwise::ui
