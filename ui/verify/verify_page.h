// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/shell/page.h"
#include "ui/verify/slope_model.h"
#include "ui/verify/verify_state.h"

#include <QSortFilterProxyModel>
#include <QTimer>

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
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeFigure();
    void makeTable();
    void connectParts();
    /// Reads the store anew, at most once a second and only while the page is seen.
    void refreshSoon();
    void refresh();
    void take(VerifyStatePtr state);
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
    QTimer m_timer;
    bool m_reading = false; ///< an answer is on its way
    bool m_behind = true;   ///< something changed since it was asked for

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
