// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/problem_list.h"

#include "ui/editing/yaml_document.h"
#include "ui/editing/yaml_editor.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace widthwise::ui {

ProblemList::ProblemList(YamlDocument& document, YamlEditor& editor, int lines, QWidget* parent)
    : QListView(parent), m_problems(document)
{
    setModel(&m_problems);
    setAccessibleName(tr("Problems"));
    setWordWrap(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    const auto jump = [this, &editor](const QModelIndex& index) {
        const FileProblem& problem = m_problems.problem(index.row());
        if (problem.line == 0)
            Q_EMIT fieldWanted(QString::fromStdString(problem.key));
        else
            editor.goTo(problem.line, problem.column);
    };
    connect(this, &QListView::clicked, this, jump);
    connect(this, &QListView::activated, this, jump);
    connect(&m_problems, &QAbstractItemModel::modelReset, this, [this, lines] { fit(lines); });
    fit(lines);
}

/// A problem takes two lines of text at most.
void ProblemList::fit(int lines)
{
    const int problems = m_problems.rowCount();
    setVisible(problems > 0);
    setFixedHeight(std::min(problems, lines) * 2 * fontMetrics().height() + grid);
}

} // namespace widthwise::ui
