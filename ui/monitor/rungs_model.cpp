// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/rungs_model.h"

#include "ui/models/trials_model.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int mostReasons = 8;

/// What moves first, then what waits, then ends.
constexpr TrialState order[] = {TrialState::Running,  TrialState::Queued,    TrialState::Pending,
                                TrialState::Paused,   TrialState::Completed, TrialState::Stopped,
                                TrialState::Diverged, TrialState::Failed,    TrialState::Cancelled};

} // namespace

RungsModel::RungsModel(const TrialsModel& trials, QObject* parent)
    : QAbstractTableModel(parent), m_trials(trials)
{
}

void RungsModel::refresh()
{
    const RungPlan& plan = m_trials.rungPlan();
    std::vector<BracketStanding> brackets;
    if (plan.rungs > 1)
        brackets = bracketStandings(plan, m_trials.trials());
    const bool same =
        plan == m_plan &&
        std::ranges::equal(brackets, m_brackets, {}, &BracketStanding::bracket, &BracketStanding::bracket);
    if (!same)
        beginResetModel();
    m_plan = plan;
    m_brackets = std::move(brackets);
    if (!same)
        endResetModel();
    else if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int RungsModel::rowOf(int bracket) const
{
    const auto found = std::ranges::find(m_brackets, bracket, &BracketStanding::bracket);
    return found == m_brackets.end() ? -1 : int(found - m_brackets.begin());
}

void RungsModel::setMarked(int row, int column)
{
    if (m_markedRow == row && m_markedColumn == column)
        return;
    m_markedRow = row;
    m_markedColumn = column;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1),
                           {Qt::ForegroundRole, Qt::FontRole});
}

bool RungsModel::isMarked(const QModelIndex& index) const
{
    const bool row = m_markedRow < 0 || m_markedRow == index.row();
    const bool column = m_markedColumn < 0 || m_markedColumn == index.column();
    return row && column && (m_markedRow >= 0 || m_markedColumn >= 0);
}

int RungsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_brackets.size());
}

int RungsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_plan.rungs < 2 ? 0 : m_plan.rungs;
}

const RungStanding* RungsModel::standing(const QModelIndex& index) const
{
    const BracketStanding& bracket = m_brackets[std::size_t(index.row())];
    return index.column() < bracket.lowest ? nullptr : &bracket.rungs[std::size_t(index.column())];
}

/// "▶ 2  ‖ 5  ↑ 3"
QString RungsModel::signsOf(const RungStanding& standing) const
{
    QStringList parts;
    for (const TrialState state : order)
        if (const int count = standing.counts.at(std::size_t(state)); count > 0)
            parts.append(QStringLiteral("%1 %2").arg(Theme::sign(state).shape).arg(count));
    if (standing.wentOn > 0)
        parts.append(QStringLiteral("↑ %1").arg(standing.wentOn));
    return parts.isEmpty() ? QStringLiteral("–") : parts.join(QStringLiteral("  "));
}

/// "bracket 0, step 300: 2 running, 5 paused, 3 went on"
QString RungsModel::wordsOf(const QModelIndex& index, const RungStanding& standing) const
{
    QStringList parts;
    for (const TrialState state : order)
        if (const int count = standing.counts.at(std::size_t(state)); count > 0)
            parts.append(QStringLiteral("%1 %2").arg(count).arg(Theme::sign(state).label));
    if (standing.wentOn > 0)
        parts.append(tr("%1 went on").arg(standing.wentOn));
    return tr("bracket %1, %2: %3")
        .arg(QString::number(bracketOf(index.row())), m_trials.rungName(index.column()),
             parts.isEmpty() ? tr("no trial yet") : parts.join(QStringLiteral(", ")));
}

/// A line for each of the latest trials there.
QString RungsModel::reasonsOf(const RungStanding& standing) const
{
    QStringList lines;
    for (auto number = standing.trials.rbegin(); number != standing.trials.rend(); ++number) {
        const Trial* trial = m_trials.trial(*number);
        if (!trial || trial->reason.empty())
            continue;
        if (lines.size() == mostReasons) {
            lines.append(QStringLiteral("…"));
            break;
        }
        lines.append(tr("trial %1: %2").arg(*number).arg(QString::fromStdString(trial->reason)));
    }
    return lines.join(u'\n');
}

QVariant RungsModel::data(const QModelIndex& index, int role) const
{
    const RungStanding* here = standing(index);
    if (!here)
        return role == Qt::AccessibleTextRole
                   ? QVariant(tr("bracket %1 starts higher").arg(bracketOf(index.row())))
                   : QVariant();
    switch (role) {
    case Qt::DisplayRole:
        return signsOf(*here);
    case Qt::AccessibleTextRole:
        return wordsOf(index, *here);
    case Qt::ToolTipRole: {
        const QString reasons = reasonsOf(*here);
        return reasons.isEmpty() ? wordsOf(index, *here) : wordsOf(index, *here) + u'\n' + reasons;
    }
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return isMarked(index) ? QVariant(Theme::instance().strong()) : QVariant();
    case Qt::ForegroundRole:
        if (isMarked(index))
            return Theme::instance().color(Tone::Accent);
        return here->trials.empty() ? QVariant(Theme::instance().color(Tone::Muted)) : QVariant();
    default:
        return {};
    }
}

QVariant RungsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(tr("bracket %1").arg(bracketOf(section))) : QVariant();
    if (role == Qt::DisplayRole)
        return m_trials.rungName(section);
    return role == Qt::ToolTipRole ? QVariant(tr("rung %1").arg(section)) : QVariant();
}

} // namespace widthwise::ui
