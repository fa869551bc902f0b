// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compare/searches_model.h"
#include "ui/feed/page_reader.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;

namespace widthwise::ui {

class Chart;
class ColumnWidths;
class PictureButton;

/// Which search finds more for the same cost? The best value so far of an experiment's search and of others
/// in the store, against trials, device hours or time.
class SearchesPanel : public QWidget {
    Q_OBJECT
public:
    explicit SearchesPanel(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment);

private:
    QLayout* makeBar(StoreClient& client);
    void makeTable();
    PageReader::Read nextReading();
    void take(SearchesReading reading);
    void refresh();
    QString differences() const;
    SearchCost cost() const;

    PageReader m_reader;
    QLabel* m_words;
    QComboBox* m_cost;
    QLabel* m_said;
    Chart* m_chart;
    PictureButton* m_picture = nullptr;
    QTableView* m_table;
    ColumnWidths* m_widths = nullptr; ///< child of the table
    SearchesModel m_model;
    ExperimentRecord m_record;
    ChosenSearches m_chosen;
    SearchesReading m_shown;
};

} // namespace widthwise::ui
