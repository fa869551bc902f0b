// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/transfer/transfers_model.h"
#include "ui/transfer/winners_model.h"

#include <QTimer>

class QLabel;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace widthwise::ui {

class QuietBlock;
class StoreClient;
class TransferForm;

/// "What happens at full width?": takes the winners of a search there, and shows what came of it and what it
/// saved.
class TransferPage : public Page {
    Q_OBJECT
public:
    explicit TransferPage(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makePart(const QString& title, QTableView* table, QLabel* summary);
    void connectParts();
    /// Reads the store anew, at most once a second and only while the page is seen.
    void refreshSoon();
    void refresh();
    void take(TransferStatePtr state);
    void showState();
    void showAnswer();
    void showSavings();
    void start(const Experiment& transfer);
    void open(const QModelIndex& index);
    const TransferReport* currentReport() const;
    QString emptyReason() const;

    StoreClient& m_client;
    ExperimentRecord m_record;
    TransferStatePtr m_state;
    QTimer m_timer;
    QTimer m_clock;         ///< while something runs
    bool m_reading = false; ///< an answer is on its way
    bool m_behind = true;   ///< something changed since it was asked for

    WinnersModel m_winners;
    TransfersModel m_transfers;
    QStackedWidget* m_stack;
    QSplitter* m_parts;
    QuietBlock* m_empty;
    QLabel* m_answer;
    TransferForm* m_form;
    QTableView* m_winnersView;
    QTableView* m_transfersView;
    QLabel* m_savings;
};

} // namespace widthwise::ui
