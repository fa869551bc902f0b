// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/models/trials_model.h"
#include "ui/shell/page.h"

#include <QTimer>

#include <optional>

class QSplitter;

namespace widthwise::ui {

class CurvePlot;
class CurvesPanel;
class LogTail;
class ElidedLabel;
class ReasonLabel;
class TrialsTable;

/// What is happening now? The trials, their curves, and what the selected one prints.
class MonitorPage : public Page {
    Q_OBJECT
public:
    explicit MonitorPage(StoreClient& client, QWidget* parent = nullptr);
    ~MonitorPage() override;

    void showExperiment(const ExperimentRecord& experiment) override;
    void selectTrial(int number) override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void layOut();
    void connectParts();
    void addShortcuts();
    void takeDriver(const ExperimentList& experiments);
    void takeTrials(const TrialsUpdate& update);
    void takeTrialSeries(const SeriesUpdate& update, const SeriesUpdatePtr& shared);
    void choose(int number);
    void tick();
    void renewWatch();
    void restyleSoon();
    void restyle();
    QString emptyText() const;
    void showChanges();
    QString folderOf(int number) const;

    StoreClient& m_client;
    TrialsModel m_model;
    ExperimentRecord m_record;
    std::optional<Experiment> m_experiment; ///< empty where the text has errors
    QTimer m_clock{this};
    QTimer m_restyle{this};
    ExperimentList m_experiments;
    TrialsPlace m_place; ///< of the trials
    int m_selected = -1;
    QSplitter* m_rows;
    QSplitter* m_plots;
    TrialsTable* m_table;
    CurvesPanel* m_curves;
    CurvePlot* m_rates;
    LogTail* m_log;
    ReasonLabel* m_reason;
    ElidedLabel* m_changes; ///< that people made since it was started
};

} // namespace widthwise::ui
