// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/problem_model.h"

#include "ui/editing/yaml_document.h"

namespace widthwise::ui {

ProblemModel::ProblemModel(YamlDocument& document, QObject* parent)
    : QAbstractListModel(parent), m_document(document), m_problems(document.problems())
{
    connect(&document, &YamlDocument::reread, this, &ProblemModel::update);
}

int ProblemModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const FileProblem& shown = problem(index.row());
    const QString key = QString::fromStdString(shown.key);
    const QString message = QString::fromStdString(shown.message);
    const QString what = key.isEmpty() ? message : QString(key + QStringLiteral(": ") + message);
    switch (role) {
    case Qt::DisplayRole:
        return shown.line > 0 ? tr("Line %1: %2").arg(shown.line).arg(what) : what;
    case Qt::ToolTipRole:
        return what;
    default:
        return {};
    }
}

void ProblemModel::update()
{
    beginResetModel();
    m_problems = m_document.problems();
    endResetModel();
}

} // namespace widthwise::ui
