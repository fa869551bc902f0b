// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/parameter_model.h"

#include "ui/design/experiment_document.h"

#include <algorithm>
#include <utility>

namespace widthwise::ui {

namespace {

ParameterField fieldOf(int column)
{
    return static_cast<ParameterField>(column);
}

using Parameters = std::vector<Parameter>;

bool sameName(const Parameter& a, const Parameter& b)
{
    return a.name == b.name;
}

/// What lies between the parameters that two spaces have in common, by name, at either end.
struct Middle {
    int first = 0;
    int before = 0; ///< how many of the old
    int after = 0;  ///< how many of the new
};

Middle middleOf(const Parameters& before, const Parameters& after)
{
    const auto heads = std::mismatch(before.begin(), before.end(), after.begin(), after.end(), sameName);
    const auto tails = std::mismatch(before.rbegin(), std::make_reverse_iterator(heads.first), after.rbegin(),
                                     std::make_reverse_iterator(heads.second), sameName);
    return {static_cast<int>(heads.first - before.begin()),
            static_cast<int>(tails.first.base() - heads.first),
            static_cast<int>(tails.second.base() - heads.second)};
}

bool rotates(const Parameters& before, const Parameters& after, const Middle& middle, int by)
{
    const auto old = before.begin() + middle.first;
    Parameters rotated(old, old + middle.before);
    std::rotate(rotated.begin(), by > 0 ? rotated.begin() + 1 : rotated.end() - 1, rotated.end());
    return std::equal(rotated.begin(), rotated.end(), after.begin() + middle.first, sameName);
}

} // namespace

ParameterModel::ParameterModel(ExperimentDocument& document, QObject* parent)
    : QAbstractTableModel(parent), m_document(document), m_space(document.experiment().space)
{
    connect(&document, &ExperimentDocument::reread, this, &ParameterModel::update);
    connect(&document, &ExperimentDocument::loaded, this, &ParameterModel::reset);
    connect(&document, &ExperimentDocument::readOnlyChanged, this, &ParameterModel::reset);
}

int ParameterModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_space.parameters().size());
}

int ParameterModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : parameterFieldCount;
}

QVariant ParameterModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Parameter& row = parameter(index.row());
    const ParameterField field = fieldOf(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return ParameterEdits::text(row, field);
    case Qt::ToolTipRole:
        return QString::fromStdString(row.description);
    case ProblemRole:
        return problem(index.row(), field);
    case AppliesRole:
        return ParameterEdits::applies(row, field);
    case OptionsRole:
        return options(index.row(), field);
    case OptionLabelsRole:
        return optionLabels(index.row(), field);
    default:
        return {};
    }
}

/// What is wrong with the parameter as a whole stands at its name; what is wrong with a condition, at its
/// values.
QString ParameterModel::problem(int row, ParameterField field) const
{
    if (field == ParameterField::Condition)
        return {};
    return field == ParameterField::ConditionValues ? m_document.problemsBelow(key(row, field))
                                                    : m_document.problemsAt(key(row, field));
}

QVariant ParameterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole && section >= 0 &&
        section < parameterFieldCount)
        return ParameterEdits::fieldLabel(fieldOf(section));
    return QAbstractTableModel::headerData(section, orientation, role);
}

Qt::ItemFlags ParameterModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && !m_document.isReadOnly() &&
        ParameterEdits::applies(parameter(index.row()), fieldOf(index.column())))
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool ParameterModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || m_document.isReadOnly())
        return false;
    endStep();
    const QString refusal = edit(index.row(), fieldOf(index.column()), value.toString());
    endStep();
    return refusal.isEmpty();
}

bool ParameterModel::removeRows(int row, int count, const QModelIndex& parent)
{
    if (parent.isValid() || row < 0 || count < 1 || row + count > rowCount() || m_document.isReadOnly())
        return false;
    SearchSpace space = m_space;
    for (int i = 0; i < count; ++i)
        space = ParameterEdits::without(space, row);
    return change(space, tr("Remove %1").arg(QString::fromStdString(parameter(row).name)));
}

bool ParameterModel::moveRows(const QModelIndex& from, int row, int count, const QModelIndex& to, int child)
{
    const bool valid = !from.isValid() && !to.isValid() && count == 1 && row >= 0 && row < rowCount() &&
                       child >= 0 && child <= rowCount() && child != row && child != row + 1;
    if (!valid || m_document.isReadOnly())
        return false;
    return change(ParameterEdits::withMoved(m_space, row, child > row ? child - 1 : child),
                  tr("Move %1").arg(QString::fromStdString(parameter(row).name)));
}

QString ParameterModel::edit(int row, ParameterField field, const QString& text)
{
    const QString step = QStringLiteral("%1/%2").arg(row).arg(static_cast<int>(field));
    const SpaceEdit result = ParameterEdits::withField(m_space, row, field, text);
    if (!result.error.isEmpty()) {
        m_document.withdraw(step);
        return result.error;
    }
    const QString label =
        tr("Change %1 of %2")
            .arg(ParameterEdits::fieldLabel(field).toLower(), QString::fromStdString(parameter(row).name));
    return m_document.setSpace(result.space, label, step);
}

void ParameterModel::setRefusal(int row, ParameterField field, const QObject* editor, const QString& reason)
{
    m_document.setRefusal(editor, key(row, field), reason);
}

QString ParameterModel::key(int row, ParameterField field) const
{
    const QString name = QStringLiteral("space.") + QString::fromStdString(parameter(row).name);
    return field == ParameterField::Name
               ? name
               : QString(name + u'.' + ParameterEdits::fieldKey(parameter(row), field));
}

bool ParameterModel::change(const SearchSpace& space, const QString& label)
{
    const QString refusal = m_document.setSpace(space, label);
    if (!refusal.isEmpty())
        Q_EMIT refused(refusal);
    return refusal.isEmpty();
}

void ParameterModel::endStep()
{
    m_document.endStep();
}

void ParameterModel::add(const QString& type)
{
    change(ParameterEdits::withNew(m_space, rowCount(), type), tr("Add a parameter"));
}

void ParameterModel::duplicate(int row)
{
    change(ParameterEdits::withDuplicate(m_space, row),
           tr("Duplicate %1").arg(QString::fromStdString(parameter(row).name)));
}

/// Views begin anew: the rows of another text are others, even where their names are the same, and what was
/// typed into a text that is read-only now is no part of it.
void ParameterModel::reset()
{
    beginResetModel();
    m_space = m_document.experiment().space;
    endResetModel();
}

void ParameterModel::update()
{
    if (m_document.isReadable())
        follow(m_document.experiment().space);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, parameterFieldCount - 1));
}

/// Takes over another space with the fewest rows inserted, removed or moved, so that views keep what they
/// show.
void ParameterModel::follow(const SearchSpace& space)
{
    const Parameters& before = m_space.parameters();
    const Parameters& after = space.parameters();
    const Middle middle = middleOf(before, after);
    const int last = middle.first + middle.before - 1;
    const auto take = [&] { m_space = space; };

    if (middle.before == middle.after) {
        const bool down = middle.before > 1 && rotates(before, after, middle, 1);
        const bool up = !down && middle.before > 1 && rotates(before, after, middle, -1);
        if (down)
            beginMoveRows({}, middle.first, middle.first, {}, last + 1);
        else if (up)
            beginMoveRows({}, last, last, {}, middle.first);
        take();
        if (down || up)
            endMoveRows();
    } else if (middle.before == 0) {
        beginInsertRows({}, middle.first, middle.first + middle.after - 1);
        take();
        endInsertRows();
    } else if (middle.after == 0) {
        beginRemoveRows({}, middle.first, last);
        take();
        endRemoveRows();
    } else {
        beginResetModel();
        take();
        endResetModel();
    }
}

QStringList ParameterModel::options(int row, ParameterField field) const
{
    switch (field) {
    case ParameterField::Type:
        return ParameterEdits::types();
    case ParameterField::Scale:
        return {QStringLiteral("linear"), QStringLiteral("log")};
    case ParameterField::Condition: {
        const QStringList names = QStringList(QString{}) + ParameterEdits::conditions(m_space, row);
        const QString present = ParameterEdits::text(parameter(row), field);
        return names.contains(present) ? names : names + QStringList(present);
    }
    default:
        return {};
    }
}

QStringList ParameterModel::optionLabels(int row, ParameterField field) const
{
    QStringList labels = options(row, field);
    if (field == ParameterField::Condition)
        labels[0] = tr("always");
    return labels;
}

} // namespace widthwise::ui
