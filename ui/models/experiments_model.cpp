// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/experiments_model.h"

#include "ui/models/link_words.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace widthwise::ui {

namespace {

TimePoint now()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

int ended(const StateCounts& counts)
{
    int sum = 0;
    for (std::size_t state = 0; state < counts.size(); ++state)
        if (isFinal(TrialState(state)))
            sum += counts[state];
    return sum;
}

/// Where it is a copy: the machine that it is on.
QString machine(const ExperimentOverview& overview)
{
    return overview.copyOf ? QString::fromStdString(overview.copyOf->mirror.remote.host) : QString();
}

QString progress(const ExperimentOverview& overview)
{
    const int known = std::accumulate(overview.counts.begin(), overview.counts.end(), 0);
    const auto expected = overview.expected.value_or(ExpectedTrials{known});
    if (expected.count == 0)
        return {};
    return QString::fromStdString(toText(ended(overview.counts), expected));
}

StateSign signOf(const ExperimentOverview& overview)
{
    if (overview.record.state == ExperimentState::Running && !isAlive(overview.driver))
        return {QStringLiteral("◌"), ExperimentsModel::tr("no driver"), Tone::Warning};
    return Theme::sign(overview.record.state);
}

QString joined(const QStringList& parts, const QString& separator)
{
    QStringList filled = parts;
    filled.removeAll(QString());
    return filled.join(separator);
}

QString toolTipOf(const ExperimentOverview& overview, const QString& origin)
{
    const ExperimentRecord& record = overview.record;
    return joined({QString::fromStdString(record.name), origin, QString::fromStdString(record.reason)},
                  QStringLiteral("\n"));
}

QString accessibleTextOf(const ExperimentOverview& overview, const QString& origin)
{
    return joined(
        {QString::fromStdString(overview.record.name), origin, signOf(overview).label, progress(overview)},
        QStringLiteral(", "));
}

QString copyWords(const ExperimentOverview& overview)
{
    if (!overview.copyOf)
        return {};
    const MirrorRecord& mirror = overview.copyOf->mirror;
    return ExperimentsModel::tr("a copy of %1 on %2, as of %3")
        .arg(QString::fromStdString(overview.copyOf->name), machine(overview),
             mirror.lastContact ? momentText(*mirror.lastContact, now()) : ExperimentsModel::tr("never"));
}

/// Those made from each experiment, the oldest first; under 0 those made from none that is there.
using Families = std::map<std::int64_t, std::vector<const ExperimentOverview*>>;

void addFamily(const Families& families, std::int64_t parent, std::vector<ExperimentOverview>& rows)
{
    const auto family = families.find(parent);
    if (family == families.end())
        return;
    for (auto overview = family->second.rbegin(); overview != family->second.rend(); ++overview) {
        rows.push_back(**overview);
        addFamily(families, (*overview)->record.id, rows);
    }
}

/// The newest first, each followed by those made from it.
std::vector<ExperimentOverview> inFamilies(std::vector<ExperimentOverview> all)
{
    std::ranges::sort(all, {}, [](const ExperimentOverview& overview) { return overview.record.id; });
    std::set<std::int64_t> older;
    Families families;
    for (const ExperimentOverview& overview : all) {
        const std::int64_t parent = overview.record.parent.value_or(0);
        families[older.contains(parent) ? parent : 0].push_back(&overview);
        older.insert(overview.record.id);
    }
    std::vector<ExperimentOverview> rows;
    addFamily(families, 0, rows);
    return rows;
}

} // namespace

bool isLost(const std::optional<DriverInfo>& driver)
{
    return widthwise::isLost(driver, now());
}

bool isAlive(const std::optional<DriverInfo>& driver)
{
    return widthwise::isAlive(driver, now());
}

Standing standingOf(const ExperimentOverview& overview)
{
    return {overview.record.state, overview.counts, isAlive(overview.driver), overview.copyOf.has_value()};
}

void ExperimentsModel::setExperiments(const ExperimentList& experiments)
{
    const std::vector<ExperimentOverview> next = inFamilies(*experiments);
    const auto id = [](const ExperimentOverview& row) { return row.record.id; };
    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (std::ranges::find(next, id(m_rows[std::size_t(row)]), id) != next.end())
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
    for (std::size_t row = 0; row < next.size(); ++row) {
        const auto place = m_rows.begin() + std::ptrdiff_t(row);
        const auto known =
            std::find_if(place, m_rows.end(), [&](const auto& old) { return id(old) == id(next[row]); });
        const int from = int(known - m_rows.begin());
        if (known == m_rows.end()) {
            beginInsertRows({}, int(row), int(row));
            m_rows.insert(place, next[row]);
            endInsertRows();
        } else if (known != place) { // what it was made from is gone
            beginMoveRows({}, from, from, {}, int(row));
            std::rotate(place, known, known + 1);
            endMoveRows();
        }
        if (m_rows[row] != next[row]) {
            m_rows[row] = next[row];
            Q_EMIT dataChanged(index(int(row)), index(int(row)));
        }
    }
}

QString ExperimentsModel::briefNameOf(const ExperimentOverview& overview) const
{
    const ExperimentOverview* parent = overview.record.parent ? find(*overview.record.parent) : nullptr;
    const QString name = QString::fromStdString(overview.record.name);
    const QString start = parent ? QString::fromStdString(parent->record.name) + u'-' : QString();
    return name.startsWith(start) ? name.mid(start.size()) : name;
}

int ExperimentsModel::depthOf(const ExperimentOverview& overview) const
{
    const ExperimentOverview* parent = overview.record.parent ? find(*overview.record.parent) : nullptr;
    return parent ? 1 + depthOf(*parent) : 0;
}

QString ExperimentsModel::originOf(const ExperimentOverview& overview) const
{
    const ExperimentOverview* parent = overview.record.parent ? find(*overview.record.parent) : nullptr;
    const QString made =
        parent ? tr("made from %1").arg(QString::fromStdString(parent->record.name)) : QString();
    return joined({made, copyWords(overview)}, QStringLiteral(", "));
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
        return toolTipOf(overview, originOf(overview));
    case Qt::AccessibleTextRole:
        return accessibleTextOf(overview, originOf(overview));
    case BriefNameRole:
        return briefNameOf(overview);
    case DepthRole:
        return depthOf(overview);
    case ShapeRole:
        return signOf(overview).shape;
    case ToneRole:
        return int(signOf(overview).tone);
    case DetailRole:
        return joined({machine(overview), progress(overview)}, QStringLiteral(" · "));
    case IdRole:
        return QVariant::fromValue<qint64>(overview.record.id);
    default:
        return {};
    }
}

} // namespace widthwise::ui
