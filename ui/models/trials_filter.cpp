// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trials_filter.h"

#include "ui/models/trials_model.h"

namespace widthwise::ui {

TrialsFilter::TrialsFilter(TrialsModel& model, QObject* parent)
    : QSortFilterProxyModel(parent), m_model(model)
{
    setSortRole(TrialsModel::SortRole);
    setDynamicSortFilter(true);
    connect(&model, &TrialsModel::columnsChanged, this, &TrialsFilter::read);
    setSourceModel(&model);
}

void TrialsFilter::setText(const QString& text)
{
    m_text = text;
    read();
}

/// What names mean depends on the experiment.
void TrialsFilter::read()
{
    m_query = TrialQuery(m_text, m_model.space(), m_model.objective(), m_model.rungPlan());
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

bool TrialsFilter::isShown(int number) const
{
    return m_model.trial(number) && filterAcceptsRow(number, {});
}

StateCounts TrialsFilter::counts() const
{
    StateCounts counts{};
    for (int number = 0; number < m_model.rowCount(); ++number)
        counts.at(std::size_t(m_model.trial(number)->state)) += passesText(number) ? 1 : 0;
    return counts;
}

QString TrialsFilter::remark() const
{
    QStringList sentences = m_query.problems();
    for (const QString& word : m_query.words()) {
        bool occurs = m_model.rowCount() == 0;
        for (int number = 0; number < m_model.rowCount() && !occurs; ++number)
            occurs = m_model.searchText(number).contains(word, Qt::CaseInsensitive);
        if (!occurs)
            sentences.append(tr("“%1” occurs in no trial.").arg(word));
    }
    return sentences.join(QLatin1Char(' '));
}

bool TrialsFilter::passesText(int number) const
{
    return m_query.matches(*m_model.trial(number), m_model.searchText(number));
}

bool TrialsFilter::filterAcceptsRow(int row, const QModelIndex&) const
{
    return isStateShown(m_model.trial(row)->state) && passesText(row);
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
