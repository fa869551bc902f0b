// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trials_model.h"

#include "core/experiment/rung_standing.h"
#include "core/experiment/rungs.h"
#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace widthwise::ui {

namespace {

/// Columns after the objective's.
enum Trailing { LastStep = 1, Duration, Place, trailingColumns };

/// "n3 cuda:0 · exit code 1: no such file"
QString placeText(const Trial& trial)
{
    QStringList parts{QString::fromStdString(trial.device), QString::fromStdString(trial.reason),
                      QString::fromStdString(toText(trial.notices))};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

/// Why it is in its state, and a line for each kind of what befell its metrics.
QString reasonText(const Trial& trial)
{
    QStringList lines{QString::fromStdString(trial.reason)};
    for (const Notice& notice : trial.notices)
        lines.append(QString::fromStdString(toText(notice)));
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

void TrialsModel::setExperiment(const Experiment* experiment)
{
    beginResetModel();
    for (Row& row : m_rows)
        row.sparkline.clear();
    m_space = experiment ? experiment->space : SearchSpace();
    m_varied.clear();
    m_objective.clear();
    m_plan = experiment ? schedulingTask(*experiment).plan : RungPlan();
    m_rungNames.clear();
    for (int rung = 0; experiment && rung < m_plan.rungs; ++rung)
        m_rungNames.append(QString::fromStdString(widthwise::rungName(*experiment, m_plan, rung)));
    if (experiment) {
        for (const Parameter* parameter : experiment->space.varied())
            m_varied.push_back(parameter->name);
        if (experiment->fidelity)
            m_varied.push_back(experiment->fidelity->parameter);
        m_objective = QString::fromStdString(experiment->objective.metric);
    }
    endResetModel();
    Q_EMIT columnsChanged();
}

void TrialsModel::store(const Trial& trial)
{
    const auto place = std::size_t(trial.number);
    m_trials[place] = trial;
    QString text = Theme::sign(trial.state).label + QLatin1Char(' ') + QString::fromStdString(trial.device);
    for (const auto& [name, value] : trial.configuration.entries())
        text += QStringLiteral(" %1=%2").arg(QString::fromStdString(name), valueText(value));
    m_rows[place].searchText = text;
}

void TrialsModel::apply(const TrialsUpdate& update)
{
    if (update.complete && !m_trials.empty()) {
        beginResetModel();
        m_trials.clear();
        m_rows.clear();
        endResetModel();
    }
    int count = int(m_trials.size());
    int firstChanged = count;
    int lastChanged = -1;
    for (const TrialRecord& record : update.trials)
        count = std::max(count, record.trial.number + 1);
    const int before = int(m_trials.size());
    for (const TrialRecord& record : update.trials) {
        if (record.trial.number >= before)
            continue;
        store(record.trial);
        firstChanged = std::min(firstChanged, record.trial.number);
        lastChanged = std::max(lastChanged, record.trial.number);
    }
    if (lastChanged >= 0)
        Q_EMIT dataChanged(index(firstChanged, 0), index(lastChanged, columnCount() - 1));
    if (count > before) {
        beginInsertRows({}, before, count - 1);
        m_trials.resize(std::size_t(count));
        m_rows.resize(std::size_t(count));
        for (const TrialRecord& record : update.trials)
            if (record.trial.number >= before)
                store(record.trial);
        endInsertRows();
    }
}

void TrialsModel::apply(const SeriesUpdate& update)
{
    if (update.complete)
        for (Row& row : m_rows)
            row.sparkline.clear();
    int firstChanged = update.complete ? 0 : rowCount();
    int lastChanged = update.complete ? rowCount() - 1 : -1;
    for (const CurvePoints& curve : update.curves) {
        if (curve.key < 0 || curve.key >= rowCount())
            continue;
        Row& row = m_rows[std::size_t(curve.key)];
        if (curve.restarted)
            row.sparkline.clear();
        row.sparkline.append(curve.points);
        firstChanged = std::min(firstChanged, curve.key);
        lastChanged = std::max(lastChanged, curve.key);
    }
    if (lastChanged >= firstChanged)
        Q_EMIT dataChanged(index(firstChanged, curveColumn()), index(lastChanged, curveColumn()),
                           {SparklineRole});
}

void TrialsModel::tick()
{
    const int column = objectiveColumn() + Duration;
    for (const Trial& trial : m_trials)
        if (trial.state == TrialState::Running) {
            const QModelIndex cell = index(trial.number, column);
            Q_EMIT dataChanged(cell, cell, {Qt::DisplayRole, SortRole});
        }
}

const Trial* TrialsModel::trial(int number) const
{
    return number >= 0 && number < rowCount() ? &m_trials[std::size_t(number)] : nullptr;
}

bool TrialsModel::hasCurve(int number) const
{
    return std::ranges::any_of(m_rows[std::size_t(number)].sparkline.values(),
                               [](float value) { return std::isfinite(value); });
}

QString TrialsModel::describe(int number) const
{
    const Trial* described = trial(number);
    QStringList parts;
    if (described)
        for (const std::string& name : m_varied)
            if (const Value* value = described->configuration.find(name))
                parts.append(QStringLiteral("%1 %2").arg(QString::fromStdString(name), valueText(*value)));
    return parts.join(QStringLiteral(" · "));
}

int TrialsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_trials.size());
}

int TrialsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : objectiveColumn() + trailingColumns;
}

const Value* TrialsModel::parameterValue(const Trial& trial, int column) const
{
    const auto parameter = std::size_t(column - stateColumn() - 1);
    return parameter < m_varied.size() ? trial.configuration.find(m_varied[parameter]) : nullptr;
}

bool TrialsModel::isText(int column) const
{
    if (column > stateColumn() && column < curveColumn()) {
        const Parameter* parameter = m_space.find(m_varied[std::size_t(column - stateColumn() - 1)]);
        const auto* choices = parameter ? std::get_if<Choices>(&parameter->domain) : nullptr;
        return choices && std::ranges::all_of(choices->values, [](const Value& value) {
                   return std::holds_alternative<std::string>(value);
               });
    }
    return column == stateColumn() || column == curveColumn() || column == placeColumn();
}

QVariant TrialsModel::sortValue(const Trial& trial, int column) const
{
    if (column == 0)
        return trial.number;
    if (column == stateColumn())
        return int(trial.state);
    if (column < curveColumn()) {
        const Value* value = parameterValue(trial, column);
        if (!value)
            return {};
        if (std::holds_alternative<std::string>(*value))
            return QString::fromStdString(std::get<std::string>(*value));
        return toNumber(*value);
    }
    if (column <= objectiveColumn())
        return trial.objective ? QVariant(*trial.objective) : QVariant();
    if (column == objectiveColumn() + LastStep)
        return trial.lastStep ? QVariant::fromValue<qint64>(*trial.lastStep) : QVariant();
    if (column == placeColumn()) {
        const QString place = placeText(trial);
        return place.isEmpty() ? QVariant() : place;
    }
    return trial.started ? QVariant(duration(trial, now()).count()) : QVariant();
}

QString TrialsModel::stateText(TrialState state, bool withNotices)
{
    const StateSign sign = Theme::sign(state);
    return sign.shape + QStringLiteral("  ") + sign.label + (withNotices ? QStringLiteral("  ⚠") : QString());
}

QString TrialsModel::text(const Trial& trial, int column) const
{
    if (column == 0)
        return QString::number(trial.number);
    if (column == stateColumn())
        return stateText(trial.state, !trial.notices.empty());
    if (column < curveColumn()) {
        const Value* value = parameterValue(trial, column);
        return value ? valueText(*value) : QString();
    }
    if (column == curveColumn())
        return {};
    if (column == objectiveColumn())
        return trial.objective ? numberText(*trial.objective) : QString();
    if (column == objectiveColumn() + LastStep)
        return trial.lastStep ? QString::number(*trial.lastStep) : QString();
    if (column == placeColumn())
        return placeText(trial);
    return trial.started ? shortDuration(duration(trial, now())) : QString();
}

QString TrialsModel::stateWords(const Trial& trial) const
{
    const QString label = Theme::sign(trial.state).label;
    return trial.notices.empty() ? label : tr("%1, with notices").arg(label);
}

QString TrialsModel::toolTip(const Trial& trial, int column) const
{
    if (column == stateColumn())
        return reasonText(trial);
    if (column == placeColumn())
        return placeText(trial);
    if (column == objectiveColumn() && trial.objectiveStep)
        return tr("at step %1").arg(*trial.objectiveStep);
    return {};
}

QVariant TrialsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto place = std::size_t(index.row());
    const Trial& shown = m_trials[place];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, column);
    case Qt::ToolTipRole:
        return toolTip(shown, column);
    case Qt::TextAlignmentRole: {
        const bool left = isText(column);
        return QVariant::fromValue(Qt::Alignment(left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    case Qt::ForegroundRole:
        return column == stateColumn() ? Theme::instance().color(Theme::sign(shown.state).tone) : QVariant();
    case Qt::AccessibleTextRole:
        return column == stateColumn() ? stateWords(shown) : text(shown, column);
    case SortRole:
        return sortValue(shown, column);
    case SparklineRole:
        return QVariant::fromValue(m_rows[place].sparkline);
    case StateRole:
        return int(shown.state);
    case ToneRole:
        return int(Theme::sign(shown.state).tone);
    default:
        return {};
    }
}

/// What a column holds, whatever it is called in the person's language and wherever it stands.
QString TrialsModel::columnName(int column) const
{
    if (column > stateColumn() && column < curveColumn())
        return QStringLiteral("parameter ") +
               QString::fromStdString(m_varied[std::size_t(column - stateColumn() - 1)]);
    const int fixed = column < curveColumn() ? column : column - int(m_varied.size());
    static const std::array names{"number", "state", "curve", "objective", "step", "duration", "place"};
    return QString::fromLatin1(names.at(std::size_t(fixed)));
}

QVariant TrialsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool left = isText(section);
        return QVariant::fromValue(Qt::Alignment(left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role == Qt::UserRole)
        return columnName(section);
    if (role != Qt::DisplayRole)
        return {};
    if (section == 0)
        return tr("trial");
    if (section == stateColumn())
        return tr("state");
    if (section < curveColumn())
        return QString::fromStdString(m_varied[std::size_t(section - stateColumn() - 1)]);
    if (section == curveColumn())
        return tr("curve");
    if (section == objectiveColumn())
        return m_objective.isEmpty() ? tr("best") : tr("best %1").arg(m_objective);
    if (section == placeColumn())
        return tr("where, why");
    return section == objectiveColumn() + LastStep ? tr("last step") : tr("duration");
}

} // namespace widthwise::ui
