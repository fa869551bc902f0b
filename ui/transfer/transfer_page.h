// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/page_reader.h"
#include "ui/shell/page.h"
#include "ui/transfer/transfers_model.h"
#include "ui/transfer/winners_model.h"

#include <QTimer>

class QLabel;
class QSplitter;
class QStackedWidget;
class QTableView;

namespace widthwise::ui {

class CheckLine;
class ColumnWidths;
class QuietBlock;
class TransferForm;

/// "What happens at full width?": takes the winners of a search there, and shows what came of it and what it
/// saved.
class TransferPage : public Page {
    Q_OBJECT
public:
    explicit TransferPage(StoreClient& client, QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& experiment) override;

private:
    QWidget* makeContent();
    QWidget* makePart(const QString& title, QTableView* table, QLabel* summary);
    void connectParts();
    PageReader::Read nextReading();
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
    PageReader m_reader;
    QTimer m_clock; ///< while something runs

    WinnersModel m_winners;
    TransfersModel m_transfers;
    QStackedWidget* m_stack;
    QSplitter* m_parts;
    QuietBlock* m_empty;
    QLabel* m_answer;
    CheckLine* m_check;
    TransferForm* m_form;
    QTableView* m_winnersView;
    QTableView* m_transfersView;
    ColumnWidths* m_winnersWidths;   ///< child of the view
    ColumnWidths* m_transfersWidths; ///< child of the view
    QLabel* m_savings;
};

} // namespace widthwise::ui
