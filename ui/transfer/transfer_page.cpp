// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_page.h"

#include "core/study/derived_experiment.h"
#include "ui/feed/store_client.h"
#include "ui/models/texts.h"
#include "ui/pages/column_widths.h"
#include "ui/pages/quiet_block.h"
#include "ui/pages/row_table.h"
#include "ui/theme/tone.h"
#include "ui/transfer/transfer_form.h"
#include "ui/verify/check_line.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto refreshEvery = 1s;

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Lets the frames of the boxes be seen on dark ground: Fusion draws them darker than the window.
class TickDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->palette.setColor(QPalette::Window, Theme::instance().color(Tone::Muted));
    }
};

QTableView* makeTable(QAbstractItemModel& model, const QString& name, const QString& accessibleName)
{
    auto* view = new QTableView;
    view->setObjectName(name);
    view->setAccessibleName(accessibleName);
    view->setModel(&model);
    showRows(*view);
    view->setMinimumHeight(grid * 8);
    return view;
}

} // namespace

TransferPage::TransferPage(StoreClient& client, QWidget* parent)
    : Page(parent), m_client(client), m_reader(client, *this, [this] { return nextReading(); }),
      m_stack(new QStackedWidget), m_parts(new QSplitter(Qt::Vertical)), m_empty(new QuietBlock),
      m_answer(new QLabel), m_check(new CheckLine(client)), m_form(new TransferForm), m_savings(new QLabel)
{
    m_empty->setQuestion(tr("What happens at full width?"));
    m_winnersView = makeTable(m_winners, QStringLiteral("winners"), tr("Winners of the search"));
    m_winnersView->setItemDelegateForColumn(0, new TickDelegate(m_winnersView));
    m_transfersView = makeTable(m_transfers, QStringLiteral("transfers"), tr("Transfers"));
    m_winnersWidths = new ColumnWidths(*m_winnersView, QStringLiteral("winners"));
    m_transfersWidths = new ColumnWidths(*m_transfersView, QStringLiteral("transfers"));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(grid * 2, grid, grid * 2, grid);
    column->addWidget(m_check);
    column->addWidget(m_stack, 1);
    connectParts();
    showState();
}

QWidget* TransferPage::makePart(const QString& title, QTableView* table, QLabel* summary)
{
    auto* part = new QWidget;
    auto* heading = new QLabel(title);
    heading->setFont(Theme::instance().strong());
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, grid / 2, 0, 0);
    column->setSpacing(grid / 2);
    column->addWidget(heading);
    if (summary)
        column->addWidget(summary);
    column->addWidget(table, 1);
    column->addStretch(0); // where the table is hidden
    return part;
}

QWidget* TransferPage::makeContent()
{
    QFont font = Theme::instance().strong();
    font.setPointSizeF(font.pointSizeF() * 1.35);
    m_answer->setFont(font);
    m_answer->setObjectName(QStringLiteral("answer"));
    m_savings->setObjectName(QStringLiteral("savings"));
    for (QLabel* label : {m_answer, m_savings}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_parts->setChildrenCollapsible(false);
    m_parts->setHandleWidth(grid);
    m_parts->addWidget(makePart(tr("Winners of the search"), m_winnersView, nullptr));
    m_parts->addWidget(makePart(tr("At full width"), m_transfersView, m_savings));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid * 3 / 2);
    column->addWidget(m_answer);
    column->addWidget(m_form);
    column->addWidget(m_parts, 1);
    return content;
}

void TransferPage::connectParts()
{
    m_clock.setInterval(refreshEvery);
    connect(&m_clock, &QTimer::timeout, &m_transfers, &TransfersModel::tick);
    // Of any experiment: a transfer from the one shown may be running.
    connect(&m_client, &StoreClient::experimentsChanged, &m_reader, &PageReader::readSoon);
    connect(&m_client, &StoreClient::trialsChanged, &m_reader, &PageReader::readSoon);
    connect(&m_winners, &WinnersModel::winnersChanged, this,
            [this] { m_form->set(m_state, m_winners.winners()); });
    connect(m_check, &CheckLine::experimentWanted, this, &Page::experimentWanted);
    connect(m_form, &TransferForm::wanted, this, &TransferPage::start);
    connect(m_transfersView, &QTableView::activated, this, &TransferPage::open);
    connect(m_transfersView, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == TransfersModel::Name)
            open(index);
    });
    connect(m_transfersView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &TransferPage::showSavings);
    connect(m_winnersView, &QTableView::activated, this, [this](const QModelIndex& index) {
        const QModelIndex box = index.siblingAtColumn(0);
        const bool ticked = box.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_winners.setData(box, ticked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    });
}

void TransferPage::showExperiment(const ExperimentRecord& experiment)
{
    const bool another = experiment.id != m_record.id;
    m_record = experiment;
    m_check->showExperiment(experiment.id);
    if (!another) {
        m_reader.readSoon();
        return;
    }
    m_state.reset();
    showState();
    m_reader.restart();
}

PageReader::Read TransferPage::nextReading()
{
    if (m_record.id == 0)
        return {};
    return [this, id = m_record.id](Database& database) -> PageReader::Take {
        return [this, state = readTransferState(database, id, now())] {
            m_state = state;
            showState();
        };
    };
}

void TransferPage::showState()
{
    const bool shown =
        m_state && ((m_state->offer && !m_state->offer->best.empty()) || !m_state->reports.empty());
    m_stack->setCurrentIndex(shown ? 1 : 0);
    m_empty->setParagraphs(
        {tr("The best trials of a narrow search are trained at full width here, all the same but "
            "for the width, and their losses stand beside the small ones, with the time that the "
            "narrow search saved."),
         emptyReason()});
    m_winners.setState(m_state);
    m_transfers.setState(m_state);
    m_form->setVisible(m_state && m_state->offer && !m_state->offer->best.empty());
    if (const int row = m_transfers.rowOf(m_record.id);
        row >= 0 && !m_transfersView->currentIndex().isValid())
        m_transfersView->setCurrentIndex(m_transfers.index(row, 0));
    if (const bool any = m_transfers.rowCount() > 0; any == m_transfersView->isHidden()) {
        m_transfersView->setVisible(any);
        m_parts->setSizes({height(), any ? height() : 0}); // shares what there is
    }
    m_winnersWidths->applyContents();
    m_transfersWidths->applyContents();
    const bool running = m_state && std::ranges::any_of(m_state->reports, [](const TransferReport& report) {
                             return report.record.state == ExperimentState::Running;
                         });
    running ? m_clock.start() : m_clock.stop();
    showAnswer();
    showSavings();
}

const TransferReport* TransferPage::currentReport() const
{
    if (const TransferReport* chosen = m_transfers.report(m_transfersView->currentIndex().row()))
        return chosen;
    return m_transfers.report(m_transfers.rowCount() - 1);
}

void TransferPage::showAnswer()
{
    QString text = tr("What happens at full width?");
    const TransferReport* report = currentReport();
    const TransferPair* pair = report ? &report->pairs.front() : nullptr;
    const auto gain = pair ? gainOf(report->objective, *pair) : std::nullopt;
    if (gain && pair->wide.width && pair->narrow->width && isFinal(pair->wide.trial.state))
        text = (*gain >= 0 ? tr("At width %1 %2 is %3: %4 better than at width %5.")
                           : tr("At width %1 %2 is %3: %4 worse than at width %5."))
                   .arg(QString::number(*pair->wide.width), QString::fromStdString(report->objective.metric),
                        numberText(*pair->wide.trial.objective), numberText(std::abs(*gain), 2),
                        QString::number(*pair->narrow->width));
    else if (pair && !isFinal(pair->wide.trial.state) && pair->wide.width)
        text = tr("Training at width %1 …").arg(*pair->wide.width);
    m_answer->setText(text);
}

/// Of the transfer that is selected, else of the last.
void TransferPage::showSavings()
{
    showAnswer();
    QString text = tr("None yet: a winner trained at full width will stand here beside the small trial.");
    QString how;
    if (const TransferReport* report = currentReport(); report && report->directTime) {
        const Seconds spent = report->searchTime + report->transferTime;
        const Seconds saved = *report->directTime - spent;
        text = tr("%1: %2 of search and %3 of transfer. The same search at full width: %4 %5.")
                   .arg(QString::fromStdString(report->record.name), shortDuration(report->searchTime),
                        shortDuration(report->transferTime),
                        report->measured ? tr("about") : tr("at most about"),
                        shortDuration(*report->directTime));
        if (saved.count() > 0 && isFinal(report->record.state))
            text += u' ' + tr("Saved: %1.").arg(shortDuration(saved));
        how = report->measured ? tr("Running times, times the GPUs of a trial where it has some. Each trial "
                                    "of the search is counted "
                                    "as long as it would have taken with the time of a step that was "
                                    "measured at full width.")
                               : tr("Running times, times the GPUs of a trial where it has some. Each trial "
                                    "of the search is counted "
                                    "with the work of a step at full width; the measured times of steps "
                                    "replace that at the end.");
    } else if (report) {
        text = m_state->problem;
    }
    m_savings->setText(text);
    m_savings->setToolTip(how);
    setTone(*m_savings, currentReport() ? Tone::Text : Tone::Muted);
}

void TransferPage::start(const Experiment& transfer)
{
    const std::vector<Trial> trials = transferTrials(transfer, m_winners.winners(), now());
    Q_EMIT experimentDerived(derivedRecord(m_state->offer->base, transfer), true, {}, trials);
}

void TransferPage::open(const QModelIndex& index)
{
    if (const TransferReport* report = m_transfers.report(index.row()))
        Q_EMIT experimentWanted(report->record.id);
}

QString TransferPage::emptyReason() const
{
    if (m_record.id == 0)
        return tr("No experiment is chosen.");
    if (!m_state)
        return {};
    if (!m_state->problem.isEmpty())
        return m_state->problem;
    return tr("No trial of this experiment has a value yet; run the search first.");
}

} // namespace widthwise::ui
