// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/sweep_report.h"
#include "ui/compare/optima_model.h"
#include "ui/feed/page_reader.h"
#include "ui/shell/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace widthwise::ui {

class Chart;
class CheckLine;
class ColumnWidths;
class PictureButton;
class QuietBlock;
class SearchesPanel;
class SweepForm;

/// Where is the optimum, and does it move with width? Loss against learning rate, a curve per width, SP
/// beside μP, with the optima and their drift. What is no sweep can be made one here. Or: which search finds
/// more for the same cost?
class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment) override;

private:
    /// What a reading of the store gives.
    struct Reading {
        SweepReport report;
        std::vector<std::string> losses; ///< metrics to choose from
        std::optional<Experiment> described;
        Configuration configuration; ///< what a sweep of it keeps fixed
        double secondsPerTrial = 0;
        QString problem; ///< of the text
    };
    static Reading read(Database& database, const ExperimentRecord& record, const std::string& metric);

    QWidget* makeContent();
    QWidget* makeStart();
    PageReader::Read nextReading();
    void take(const Reading& reading);
    void showReport(const Reading& reading);
    void fitTable();
    void fillMetrics(const Reading& reading);
    QString emptyReason(const Reading& reading) const;
    QLayout* makeChoice();

    PageReader m_reader;
    QStackedWidget* m_kinds; ///< widths, searches
    SearchesPanel* m_searches;
    QStackedWidget* m_stack;
    QWidget* m_start;
    QWidget* m_content;
    QuietBlock* m_quiet;
    SweepForm* m_form;
    QPushButton* m_back;
    QLabel* m_drift;
    QLabel* m_gain;
    CheckLine* m_check;
    QComboBox* m_metric;
    QLabel* m_said;
    Chart* m_chart;
    PictureButton* m_picture;
    QTableView* m_table;
    ColumnWidths* m_widths; ///< child of the table
    OptimaModel m_optima;
    ExperimentRecord m_record;
    bool m_making = false; ///< the form is wanted though there is a report
    bool m_empty = true;   ///< of the last report
};

} // namespace widthwise::ui
