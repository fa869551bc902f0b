// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/searches_model.h"

#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace widthwise::ui {

namespace {

/// The median over the seeds.
QString correlationText(const SearchGroup& group)
{
    std::vector<double> correlations;
    for (const SearchRun& run : group.runs)
        if (run.rungCorrelation)
            correlations.push_back(*run.rungCorrelation);
    if (correlations.empty())
        return {};
    const auto middle = correlations.begin() + std::ssize(correlations) / 2;
    std::ranges::nth_element(correlations, middle);
    return numberText(*middle, 2);
}

QString correlationTip(const SearchGroup& group)
{
    QStringList lines;
    for (const SearchRun& run : group.runs)
        if (const std::string text = rungText(run); !text.empty())
            lines.append(QString::fromStdString(text));
    return lines.join(u'\n');
}

} // namespace

void SearchesModel::show(const SearchesReading& reading, SearchCost cost)
{
    const bool sameRows = std::ranges::equal(reading.rows, m_rows, {}, &SearchRow::key, &SearchRow::key);
    if (!sameRows)
        beginResetModel();
    m_rows = reading.rows;
    m_comparison = reading.comparison;
    m_cost = cost;
    m_common = commonCost(m_comparison.groups, cost);
    if (!sameRows)
        endResetModel();
    else if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

QString SearchesModel::differenceOf(int row) const
{
    const std::span<const SearchGroup> groups = m_comparison.groups;
    const auto first =
        std::ranges::find_if(groups, [](const SearchGroup& group) { return !group.runs.empty(); });
    const std::span<const SearchGroup> compared(first, groups.end());
    const SearchGroup& group = groups[std::size_t(row)];
    if (compared.empty() || &group == &compared.front())
        return {};
    const std::string text = differenceText(compared, group, m_cost, m_comparison.objective.direction);
    return text.empty() ? QString() : QString::fromStdString(text) + u'.';
}

int SearchesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int SearchesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Qt::ItemFlags SearchesModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.column() == Search && index.row() > 0 ? usual | Qt::ItemIsUserCheckable : usual;
}

QString SearchesModel::bestText(const SearchGroup& group) const
{
    const std::optional<SearchBand> band = bandAt(group, m_cost, m_common);
    if (!band || band->runs < std::ssize(group.runs))
        return {};
    if (band->runs == 1)
        return numberText(band->median);
    return tr("%1 [%2, %3]").arg(numberText(band->median), numberText(band->low), numberText(band->high));
}

QString SearchesModel::text(const QModelIndex& index) const
{
    const SearchRow& row = m_rows[std::size_t(index.row())];
    const SearchGroup& group = m_comparison.groups[std::size_t(index.row())];
    switch (index.column()) {
    case Search:
        return QString::fromStdString(group.label);
    case Seeds:
        return QString::number(row.seeds);
    case Best:
        return bestText(group);
    case Rungs:
        return correlationText(group);
    case Remark:
        if (!row.unfinished.empty())
            return tr("no trial of %1 has ended with a value").arg(QString::fromStdString(row.unfinished));
        return row.isAlike ? QString() : tr("another space or program");
    default:
        return {};
    }
}

QVariant SearchesModel::data(const QModelIndex& index, int role) const
{
    const SearchRow& row = m_rows[std::size_t(index.row())];
    const SearchGroup& group = m_comparison.groups[std::size_t(index.row())];
    const bool figures = index.column() >= Seeds && index.column() <= Rungs;
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::CheckStateRole:
        return index.column() == Search ? QVariant(row.chosen ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Search)
            return differenceOf(index.row());
        return index.column() == Rungs ? correlationTip(group) : text(index);
    case Qt::TextAlignmentRole:
        return QVariant(figures ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return figures ? QVariant(Theme::instance().numbers()) : QVariant();
    case Qt::ForegroundRole:
        if (index.column() == Remark)
            return Theme::instance().color(Tone::Warning);
        return row.chosen ? QVariant() : QVariant(Theme::instance().color(Tone::Muted));
    default:
        return {};
    }
}

bool SearchesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !flags(index).testFlag(Qt::ItemIsUserCheckable))
        return false;
    SearchRow& row = m_rows[std::size_t(index.row())];
    row.chosen = value.toInt() == Qt::Checked;
    Q_EMIT dataChanged(index, index.siblingAtColumn(ColumnCount - 1));
    Q_EMIT chosen(row.key, row.chosen);
    return true;
}

QVariant SearchesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section >= Seeds && section <= Rungs ? Qt::AlignRight | Qt::AlignVCenter
                                                             : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Best)
        return tr("Median and quartiles over the seeds, when all searches have spent the same");
    if (role == Qt::ToolTipRole && section == Rungs)
        return tr("Spearman's rank correlation of the values at the lowest rung with those at the end");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Search:
        return tr("Search");
    case Seeds:
        return tr("Seeds");
    case Best:
        return tr("Best %1").arg(QString::fromStdString(m_comparison.objective.metric));
    case Rungs:
        return tr("Rung to end");
    case Remark:
        return tr("Remark");
    default:
        return {};
    }
}

} // namespace widthwise::ui
