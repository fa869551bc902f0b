// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfers_model.h"

#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <chrono>

namespace widthwise::ui {

namespace {

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

QString sizedText(const SizedTrial& sized)
{
    const QString trial = TransfersModel::tr("trial %1").arg(sized.trial.number);
    return sized.width ? TransfersModel::tr("%1, width %2").arg(trial).arg(*sized.width) : trial;
}

QString valueOf(const Trial& trial)
{
    return trial.objective ? numberText(*trial.objective) : QStringLiteral("–");
}

QString valuesText(const TransferPair& pair)
{
    const QString wide = valueOf(pair.wide.trial);
    return pair.narrow ? valueOf(pair.narrow->trial) + QStringLiteral(" → ") + wide : wide;
}

bool isNumber(int column)
{
    return column >= TransfersModel::Values;
}

} // namespace

void TransfersModel::setState(const TransferStatePtr& state)
{
    std::vector<Row> rows;
    if (state)
        for (std::size_t report = 0; report < state->reports.size(); ++report)
            for (std::size_t pair = 0; pair < state->reports[report].pairs.size(); ++pair)
                rows.push_back({report, pair});
    const bool alike = rows == m_rows;
    if (!alike)
        beginResetModel();
    m_state = state;
    m_rows = std::move(rows);
    if (!alike)
        endResetModel();
    else if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
}

const TransferReport* TransfersModel::report(int row) const
{
    return row >= 0 && row < rowCount() ? &m_state->reports[m_rows[std::size_t(row)].report] : nullptr;
}

int TransfersModel::rowOf(std::int64_t experiment) const
{
    for (int row = 0; row < rowCount(); ++row)
        if (report(row)->record.id == experiment)
            return row;
    return -1;
}

void TransfersModel::tick()
{
    for (int row = 0; row < rowCount(); ++row)
        if (pairOf(m_rows[std::size_t(row)]).wide.trial.state == TrialState::Running)
            Q_EMIT dataChanged(index(row, Time), index(row, Time), {Qt::DisplayRole});
}

int TransfersModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int TransfersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QString TransfersModel::text(const Row& row, int column) const
{
    const TransferPair& pair = pairOf(row);
    const Trial& wide = pair.wide.trial;
    switch (column) {
    case Name:
        return QString::fromStdString(m_state->reports[row.report].record.name);
    case Small:
        return pair.narrow ? sizedText(*pair.narrow) : tr("removed");
    case Large:
        return sizedText(pair.wide);
    case Values:
        return valuesText(pair);
    case Change: {
        const auto gain = gainOf(m_state->reports[row.report].objective, pair);
        if (!gain)
            return {};
        return *gain >= 0 ? tr("%1 better").arg(numberText(*gain, 3))
                          : tr("%1 worse").arg(numberText(-*gain, 3));
    }
    case Time: {
        const auto time = duration(wide, now());
        return time.count() > 0 ? shortDuration(time) : QString();
    }
    default:
        return Theme::sign(wide.state).shape + QStringLiteral("  ") + Theme::sign(wide.state).label;
    }
}

QVariant TransfersModel::colour(const Row& row, int column) const
{
    const TransferPair& pair = pairOf(row);
    if (column == Name)
        return Theme::instance().color(Tone::Accent);
    if (column == State)
        return Theme::instance().color(Theme::sign(pair.wide.trial.state).tone);
    const auto gain = gainOf(m_state->reports[row.report].objective, pair);
    if (column != Change || !gain)
        return {};
    return Theme::instance().color(*gain >= 0 ? Tone::Good : Tone::Warning);
}

QString TransfersModel::toolTip(const Row& row, int column) const
{
    const TransferPair& pair = pairOf(row);
    if (column == Name)
        return tr("Show this experiment");
    if (column == State)
        return QString::fromStdString(pair.wide.trial.reason);
    if (column == Values && pair.narrow)
        return tr("Under μP a wider model is not worse: what is expected at full width is this, or better");
    return {};
}

QVariant TransfersModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[std::size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ForegroundRole:
        return colour(row, column);
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case Qt::TextAlignmentRole:
        return int((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant TransfersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columns)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QString metric = m_state && !m_state->reports.empty()
                               ? QString::fromStdString(m_state->reports.front().objective.metric)
                               : QString();
    const QString titles[] = {tr("Transfer"), tr("State"),  tr("Small"), tr("Large"),
                              metric,         tr("Change"), tr("Time")};
    return titles[section];
}

} // namespace widthwise::ui
