// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/rungs_view.h"

#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QScrollBar>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int mostRows = 4; // that are seen at once

const QRegularExpression& place()
{
    static const QRegularExpression expression(
        QStringLiteral("(?:^|(?<=\\s))(rung|bracket)=(\\d+)(?:$|(?=\\s))"));
    return expression;
}

/// The number behind `rung=` or `bracket=`; -1: it is not asked for.
int asked(const QString& filter, const QString& name)
{
    auto matches = place().globalMatch(filter);
    int number = -1;
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (match.captured(1) == name)
            number = match.captured(2).toInt();
    }
    return number;
}

/// Without any condition on rung or bracket.
QString withoutPlace(QString filter)
{
    static const QRegularExpression condition(QStringLiteral("(?:^|(?<=\\s))(?:rung|bracket)[=!<>≤≥≠]\\S*"),
                                              QRegularExpression::CaseInsensitiveOption);
    return filter.remove(condition).simplified();
}

} // namespace

RungsView::RungsView(const TrialsModel& trials, QWidget* parent) : QTableView(parent), m_model(trials)
{
    setObjectName(QStringLiteral("rungs"));
    setAccessibleName(tr("Brackets and rungs"));
    setModel(&m_model);
    setFrameShape(QFrame::NoFrame);
    setFont(Theme::instance().numbers());
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(std::max(5 * grid / 2, fontMetrics().height() + grid / 2));
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(10 * grid);
    for (QHeaderView* header : {horizontalHeader(), verticalHeader()}) {
        header->setSectionsClickable(true);
        header->setHighlightSections(false);
    }
    connect(this, &QTableView::clicked, this,
            [this](const QModelIndex& index) { choose(index.row(), index.column()); });
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this,
            [this](int column) { choose(-1, column); });
    connect(verticalHeader(), &QHeaderView::sectionClicked, this, [this](int row) { choose(row, -1); });
    hide();
}

void RungsView::refresh()
{
    m_model.refresh();
    setVisible(m_model.rowCount() > 0);
    verticalHeader()->setVisible(m_model.rowCount() > 1);
    fit();
    mark();
}

void RungsView::fit()
{
    const int rows = std::min(mostRows, m_model.rowCount());
    setFixedHeight(horizontalHeader()->sizeHint().height() + rows * verticalHeader()->defaultSectionSize() +
                   (horizontalScrollBar()->isVisible() ? horizontalScrollBar()->height() : 0));
}

void RungsView::keyPressEvent(QKeyEvent* event)
{
    const bool chooses =
        event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (!chooses || !currentIndex().isValid())
        return QTableView::keyPressEvent(event);
    choose(currentIndex().row(), currentIndex().column());
}

void RungsView::choose(int row, int column)
{
    QStringList words;
    if (row >= 0 && m_model.rowCount() > 1)
        words.append(QStringLiteral("bracket=%1").arg(m_model.bracketOf(row)));
    if (column >= 0)
        words.append(QStringLiteral("rung=%1").arg(column));
    const QString others = withoutPlace(m_filter);
    const QString wanted = QString(others + u' ' + words.join(u' ')).trimmed();
    Q_EMIT filterWanted(wanted == m_filter.simplified() ? others : wanted);
}

void RungsView::showFilter(const QString& filter)
{
    m_filter = filter;
    mark();
}

void RungsView::mark()
{
    const int column = asked(m_filter, QStringLiteral("rung"));
    const int bracket = asked(m_filter, QStringLiteral("bracket"));
    const int row = bracket < 0 ? -1 : m_model.rowOf(bracket);
    m_model.setMarked(row, column);
}

} // namespace widthwise::ui
