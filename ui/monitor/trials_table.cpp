// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/trials_table.h"

#include "core/control/permission.h"
#include "ui/monitor/rungs_view.h"
#include "ui/monitor/sparkline_delegate.h"
#include "ui/monitor/state_chips.h"
#include "ui/pages/column_widths.h"
#include "ui/pages/row_table.h"
#include "ui/theme/tone.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTableView>

#include <utility>

namespace widthwise::ui {

namespace {

StateCounts countStates(const std::vector<Trial>& trials)
{
    StateCounts counts{};
    for (const Trial& trial : trials)
        ++counts.at(std::size_t(trial.state));
    return counts;
}

} // namespace

TrialsTable::TrialsTable(TrialsModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_filter(model), m_text(new QLineEdit), m_count(new QLabel),
      m_remark(new QLabel), m_chips(new StateChips), m_rungs(new RungsView(model)), m_view(new QTableView)
{
    // Where the current row goes, the view takes another; that is nobody's choice. Before the view hears of
    // it.
    connect(&m_filter, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_quiet = true; });
    makeView();
    m_widths = new ColumnWidths(*m_view, QStringLiteral("trials"));
    connect(&m_filter, &QAbstractItemModel::rowsRemoved, this, [this] { m_quiet = false; });
    makeBar();
}

void TrialsTable::makeBar()
{
    m_text->setObjectName(QStringLiteral("trialFilter"));
    m_text->setAccessibleName(tr("Filter trials"));
    m_text->setPlaceholderText(tr("Filter: failed, lr<0.01, width=64, …"));
    m_text->setToolTip(
        tr("Shows the trials for which all of it holds, in the table and as curves: a word as "
           "failed or cuda:0, or number, state, objective, rung, bracket or a parameter with =, "
           "!=, <, <=, > or >=, as lr<0.01 or objective=0.1..0.3"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(Theme::instance().icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_text->setMaximumWidth(grid * 36);
    connect(m_text, &QLineEdit::textChanged, this,
            [this](const QString& text) { changeFilter([&] { m_filter.setText(text); }); });
    connect(m_text, &QLineEdit::textChanged, m_rungs, &RungsView::showFilter);
    connect(m_rungs, &RungsView::filterWanted, m_text, &QLineEdit::setText);
    connect(m_chips, &StateChips::toggled, this, [this](TrialState state, bool shown) {
        changeFilter([&] { m_filter.setStateShown(state, shown); });
    });
    setTone(*m_count, Tone::Muted);
    m_count->setObjectName(QStringLiteral("trialCount"));
    setTone(*m_remark, Tone::Warning);
    m_remark->setObjectName(QStringLiteral("filterRemark"));
    m_remark->setAccessibleName(tr("What of the filter is not understood"));
    m_remark->setTextFormat(Qt::PlainText);
    m_remark->setWordWrap(true);
    m_remark->setContentsMargins(grid, 0, grid, grid / 2);
    m_remark->hide();

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(grid, grid / 2, grid, grid / 2);
    bar->setSpacing(grid);
    bar->addWidget(m_text, 1);
    bar->addWidget(m_chips);
    bar->addStretch(1);
    bar->addWidget(m_count);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_remark);
    column->addWidget(m_rungs);
    column->addWidget(m_view, 1);
}

void TrialsTable::makeView()
{
    m_view->setObjectName(QStringLiteral("trials"));
    m_view->setAccessibleName(tr("Trials"));
    m_view->setModel(&m_filter);
    showRows(*m_view);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(0, Qt::AscendingOrder);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->horizontalHeader()->setSectionsMovable(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &QWidget::customContextMenuRequested, this, &TrialsTable::showMenu);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!m_quiet)
            Q_EMIT selectedByHand(selected());
    });
}

void TrialsTable::layOutColumns()
{
    for (int column = m_model.stateColumn() + 1; column < m_model.columnCount(); ++column)
        m_view->setItemDelegateForColumn(column, nullptr);
    auto* sparklines = findChild<SparklineDelegate*>();
    if (!sparklines)
        sparklines = new SparklineDelegate(this);
    m_view->setItemDelegateForColumn(m_model.curveColumn(), sparklines);

    QStringList columns;
    for (int column = 0; column < m_model.columnCount(); ++column)
        columns.append(m_model.headerData(column, Qt::Horizontal, Qt::UserRole).toString());
    QHeaderView* header = m_view->horizontalHeader();
    if (std::exchange(m_columns, columns) != columns) { // places say nothing of other columns
        for (int column = 0; column < header->count(); ++column)
            header->moveSection(header->visualIndex(column), column);
        m_view->sortByColumn(0, Qt::AscendingOrder);
    }
    header->setSectionResizeMode(QHeaderView::Interactive);
    m_widths->apply([this](int column) { return suitableWidth(column); });
    for (const int column :
         {m_model.curveColumn(), m_model.placeColumn()}) // what is left is theirs by halves
        header->setSectionResizeMode(column, QHeaderView::Stretch);
}

int TrialsTable::suitableWidth(int column) const
{
    const QFontMetrics metrics = m_view->fontMetrics();
    const QString header = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const QString sample = column == 0                       ? QStringLiteral("0000")
                           : column == m_model.stateColumn() ? QString()
                                                             : QStringLiteral("0.000e-00");
    int content = metrics.horizontalAdvance(sample);
    if (column == m_model.stateColumn())
        for (int state = 0; state <= int(TrialState::Cancelled); ++state)
            content =
                std::max(content, metrics.horizontalAdvance(TrialsModel::stateText(TrialState(state), true)));
    return std::max(metrics.horizontalAdvance(header) + grid * 3, content) + grid * 2;
}

int TrialsTable::selected() const
{
    const QModelIndex index = m_filter.mapToSource(m_view->currentIndex());
    return index.isValid() ? index.row() : -1;
}

void TrialsTable::select(int number)
{
    const QScopedValueRollback quiet(m_quiet, true);
    const QModelIndex index = number >= 0 && number < m_model.rowCount()
                                  ? m_filter.mapFromSource(m_model.index(number, 0))
                                  : QModelIndex();
    if (index.isValid()) {
        m_view->setCurrentIndex(index);
        m_view->scrollTo(index);
    } else {
        m_view->clearSelection();
        m_view->setCurrentIndex({});
    }
}

void TrialsTable::selectNext(int step)
{
    const int row = m_view->currentIndex().isValid() ? m_view->currentIndex().row() + step : 0;
    if (row >= 0 && row < m_filter.rowCount())
        m_view->setCurrentIndex(m_filter.index(row, 0));
}

void TrialsTable::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void TrialsTable::changeFilter(const std::function<void()>& change)
{
    change();
    refreshCounts();
    Q_EMIT filterChanged();
}

void TrialsTable::refreshCounts()
{
    m_rungs->refresh();
    m_chips->setCounts(m_filter.counts(), countStates(m_model.trials()));
    const int all = m_model.rowCount();
    const int shown = m_filter.rowCount();
    const QString trials = all == 1 ? tr("1 trial") : tr("%1 trials").arg(all);
    m_count->setText(shown == all ? trials : tr("%1 of %2").arg(shown).arg(trials));
    const QString remark = m_filter.remark();
    m_remark->setText(remark);
    m_remark->setVisible(!remark.isEmpty());
    m_text->setAccessibleDescription(remark);
}

void TrialsTable::showMenu(const QPoint& position)
{
    const int number = m_filter.mapToSource(m_view->indexAt(position)).row();
    const Trial* trial = m_model.trial(number);
    if (!trial)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& text, Command::Kind kind) {
        QAction* action = menu->addAction(text, this, [this, kind, number] {
            Q_EMIT commanded({kind, number});
        });
        action->setEnabled(permission(kind, *trial).isGranted());
    };
    add(tr("Pause trial %1").arg(number), Command::Kind::PauseTrial);
    add(tr("Resume trial %1").arg(number), Command::Kind::ResumeTrial);
    add(tr("Stop trial %1").arg(number), Command::Kind::StopTrial);
    add(tr("Retry trial %1").arg(number), Command::Kind::RetryTrial);
    menu->addSeparator();
    menu->addAction(tr("Copy parameters"), this, [configuration = trial->configuration] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(toJson(configuration)));
    });
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

} // namespace widthwise::ui
