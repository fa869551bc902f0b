// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/experiments_model.h"

#include "ui/theme/theme.h"

#include <algorithm>
#include <numeric>

namespace widthwise::ui {

namespace {

std::chrono::system_clock::duration silence(const DriverInfo& driver)
{
    return std::chrono::system_clock::now() - driver.heartbeat;
}

int ended(const StateCounts& counts)
{
    int sum = 0;
    for (std::size_t state = 0; state < counts.size(); ++state)
        if (isFinal(TrialState(state)))
            sum += counts[state];
    return sum;
}

QString progress(const ExperimentOverview& overview)
{
    const int known = std::accumulate(overview.counts.begin(), overview.counts.end(), 0);
    const int planned = std::max(known, overview.planned.value_or(0));
    if (planned == 0)
        return {};
    return QStringLiteral("%1/%2").arg(ended(overview.counts)).arg(planned);
}

StateSign signOf(const ExperimentOverview& overview)
{
    if (overview.record.state == ExperimentState::Running && !isAlive(overview.driver))
        return {QStringLiteral("◌"), ExperimentsModel::tr("no driver"), Tone::Warning};
    return Theme::sign(overview.record.state);
}

} // namespace

bool isLost(const std::optional<DriverInfo>& driver)
{
    return driver && driver->running && silence(*driver) > driverSilence;
}

bool isAlive(const std::optional<DriverInfo>& driver)
{
    return driver && driver->running && silence(*driver) <= driverSilence;
}

void ExperimentsModel::setExperiments(const ExperimentList& experiments)
{
    std::vector<ExperimentOverview> next(experiments->rbegin(), experiments->rend());
    const auto id = [](const ExperimentOverview& row) { return row.record.id; };
    std::ranges::sort(next, std::greater{}, id);

    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (std::ranges::binary_search(next, id(m_rows[std::size_t(row)]), std::greater{}, id))
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
    for (std::size_t row = 0; row < next.size(); ++row) {
        const auto place = int(row);
        if (row == m_rows.size() || id(m_rows[row]) != id(next[row])) {
            beginInsertRows({}, place, place);
            m_rows.insert(m_rows.begin() + place, next[row]);
            endInsertRows();
        } else if (m_rows[row] != next[row]) {
            m_rows[row] = next[row];
            Q_EMIT dataChanged(index(place), index(place));
        }
    }
}

const ExperimentOverview* ExperimentsModel::find(std::int64_t id) const
{
    const auto row = std::ranges::find(m_rows, id, [](const auto& overview) { return overview.record.id; });
    return row == m_rows.end() ? nullptr : &*row;
}

QModelIndex ExperimentsModel::indexOf(std::int64_t id) const
{
    const ExperimentOverview* row = find(id);
    return row ? index(int(row - m_rows.data())) : QModelIndex();
}

int ExperimentsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant ExperimentsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ExperimentOverview& overview = m_rows[std::size_t(index.row())];
    const QString name = QString::fromStdString(overview.record.name);
    switch (role) {
    case Qt::DisplayRole:
        return name;
    case Qt::ToolTipRole:
        return QString::fromStdString(overview.record.reason);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3").arg(name, signOf(overview).label, progress(overview));
    case ShapeRole:
        return signOf(overview).shape;
    case ToneRole:
        return int(signOf(overview).tone);
    case DetailRole:
        return progress(overview);
    case IdRole:
        return QVariant::fromValue<qint64>(overview.record.id);
    default:
        return {};
    }
}

} // namespace widthwise::ui
