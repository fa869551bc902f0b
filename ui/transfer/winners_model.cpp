// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/winners_model.h"

#include "ui/models/texts.h"
#include "ui/theme/theme.h"

namespace widthwise::ui {

namespace {

std::vector<std::string> variedNames(const TransferOffer* offer)
{
    std::vector<std::string> names;
    if (offer)
        for (const Parameter* parameter : offer->experiment.space.varied())
            names.push_back(parameter->name);
    std::erase(names, "width"); // has a column of its own
    return names;
}

std::int64_t searchOf(const TransferStatePtr& state)
{
    return state && state->offer ? state->offer->base.id : 0;
}

std::vector<std::pair<std::int64_t, std::int64_t>> revisionsOf(const TransferStatePtr& state)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> revisions;
    if (state && state->offer)
        for (const TrialRecord& record : state->offer->best)
            revisions.emplace_back(record.id, record.revision);
    return revisions;
}

} // namespace

void WinnersModel::setState(const TransferStatePtr& state)
{
    const bool another = searchOf(state) != searchOf(m_state);
    if (!another && revisionsOf(state) == revisionsOf(m_state)) {
        m_state = state; // but the search may have ended
        Q_EMIT winnersChanged();
        return;
    }
    beginResetModel();
    m_state = state;
    m_varied = variedNames(offer());
    if (another) {
        m_ticked.clear();
        m_byHand = false;
    }
    endResetModel();
    Q_EMIT winnersChanged();
}

bool WinnersModel::isTicked(int row) const
{
    return m_byHand ? m_ticked.contains(offer()->best[std::size_t(row)].trial.number) : row == 0;
}

std::vector<TrialRecord> WinnersModel::winners() const
{
    std::vector<TrialRecord> winners;
    for (int row = 0; row < rowCount(); ++row)
        if (isTicked(row))
            winners.push_back(offer()->best[std::size_t(row)]);
    return winners;
}

int WinnersModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !offer() ? 0 : int(offer()->best.size());
}

int WinnersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : firstVaried + int(m_varied.size());
}

QString WinnersModel::text(int row, int column) const
{
    const Trial& trial = offer()->best[std::size_t(row)].trial;
    switch (column) {
    case Number:
        return tr("Trial %1").arg(trial.number);
    case Value:
        return numberText(*trial.objective);
    case Time:
        return shortDuration(duration(trial, trial.finished.value_or(trial.created)));
    case Width: {
        const std::int64_t width = offer()->widths[std::size_t(row)];
        return width > 0 ? QString::number(width) : QString();
    }
    default:
        const widthwise::Value* value = trial.configuration.find(m_varied[std::size_t(column - firstVaried)]);
        return value ? valueText(*value) : QString();
    }
}

QVariant WinnersModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(index.row(), index.column());
    case Qt::CheckStateRole:
        if (index.column() == Number)
            return isTicked(index.row()) ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::AccessibleTextRole:
        if (index.column() == Number)
            return isTicked(index.row()) ? tr("%1, to be transferred").arg(text(index.row(), Number))
                                         : text(index.row(), Number);
        return {};
    case Qt::TextAlignmentRole:
        return int((index.column() == Number ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
        return {};
    }
}

bool WinnersModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !index.isValid() || index.column() != Number)
        return false;
    if (!m_byHand)
        for (const TrialRecord& record : winners())
            m_ticked.insert(record.trial.number);
    m_byHand = true;
    const int number = offer()->best[std::size_t(index.row())].trial.number;
    if (value.toInt() == Qt::Checked)
        m_ticked.insert(number);
    else
        m_ticked.erase(number);
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT winnersChanged();
    return true;
}

Qt::ItemFlags WinnersModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Number ? flags | Qt::ItemIsUserCheckable : flags;
}

QVariant WinnersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Number ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::UserRole)
        return section < firstVaried
                   ? QString::number(section)
                   : QString::fromStdString("parameter " + m_varied[std::size_t(section - firstVaried)]);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("Winner");
    case Value:
        return offer() ? QString::fromStdString(offer()->experiment.objective.metric) : QString();
    case Time:
        return tr("Time");
    case Width:
        return tr("Width");
    default:
        return QString::fromStdString(m_varied[std::size_t(section - firstVaried)]);
    }
}

} // namespace widthwise::ui
