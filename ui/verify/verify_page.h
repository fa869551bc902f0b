// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/page_reader.h"
#include "ui/shell/page.h"
#include "ui/verify/slope_model.h"
#include "ui/verify/verify_state.h"

#include <QSortFilterProxyModel>

class QLabel;
class QSlider;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace widthwise::ui {

class Chart;
class CheckOptions;
class VerdictPanel;

/// "Does μP hold in this model?": makes the coordinate check, and shows what it says.
class VerifyPage : public Page {
    Q_OBJECT
public:
    explicit VerifyPage(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeFigure();
    void makeTable();
    void connectParts();
    PageReader::Read nextReading();
    void showReport();
    void explain();
    void makeCheck();
    std::int64_t step() const;
    void layOutParts();
    void drawFigure();
    QString selectedLayer() const;

    StoreClient& m_client;
    ExperimentRecord m_record;
    VerifyStatePtr m_state;
    PageReader m_reader;

    VerdictPanel* m_verdict;
    CheckOptions* m_options;
    QStackedWidget* m_stack;
    QLabel* m_explanation;
    QSplitter* m_parts;
    Chart* m_chart;
    QSlider* m_step;
    QLabel* m_stepText;
    SlopeModel m_slopes;
    QSortFilterProxyModel m_sorted;
    QTableView* m_table;
    bool m_stepByHand = false;
};

} // namespace widthwise::ui
