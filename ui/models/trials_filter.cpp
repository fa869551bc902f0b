// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trials_filter.h"

#include "ui/models/trials_model.h"

#include <algorithm>

namespace widthwise::ui {

TrialsFilter::TrialsFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(TrialsModel::SortRole);
    setFilterRole(TrialsModel::FilterRole);
    setDynamicSortFilter(true);
}

void TrialsFilter::setText(const QString& text)
{
    m_words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

void TrialsFilter::setStateShown(TrialState state, bool shown)
{
    if (shown)
        m_hidden.erase(state);
    else
        m_hidden.insert(state);
    invalidateFilter();
}

bool TrialsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (m_hidden.contains(TrialState(index.data(TrialsModel::StateRole).toInt())))
        return false;
    const QString text = index.data(TrialsModel::FilterRole).toString();
    return std::ranges::all_of(
        m_words, [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool TrialsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(TrialsModel::SortRole);
    const QVariant b = right.data(TrialsModel::SortRole);
    if (a.isValid() != b.isValid())
        return a.isValid() == (sortOrder() == Qt::AscendingOrder);
    return QVariant::compare(a, b) == QPartialOrdering::Less;
}

} // namespace widthwise::ui
