// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/more_trials_panel.h"

#include "ui/theme/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

namespace widthwise::ui {

namespace {

constexpr int usualCount = 10;
constexpr int mostAtOnce = 1'000'000;

} // namespace

MoreTrialsPanel::MoreTrialsPanel(QWidget* parent)
    : QFrame(parent), m_question(new QLabel), m_count(new QSpinBox), m_run(new QPushButton(tr("Run")))
{
    setObjectName(QStringLiteral("moreTrials"));
    setAccessibleName(tr("More trials"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_question->setTextFormat(Qt::PlainText);
    m_question->setBuddy(m_count);
    m_count->setObjectName(QStringLiteral("moreTrialsCount"));
    m_count->setAccessibleName(tr("How many more trials"));
    m_count->setRange(1, mostAtOnce);
    m_count->setValue(usualCount);
    m_run->setObjectName(QStringLiteral("moreTrialsRun"));
    m_run->setAccessibleName(tr("Run more trials"));
    m_run->setToolTip(tr("A budget or a goal that had ended it is lifted"));
    auto* close = new QToolButton;
    close->setAutoRaise(true);
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close, no more trials"));
    auto* escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(escape);
    connect(escape, &QAction::triggered, this, &QWidget::hide);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_run, &QPushButton::clicked, this, &MoreTrialsPanel::accept);

    auto* enter = new QAction(m_count);
    enter->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    enter->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_count->addAction(enter);
    connect(enter, &QAction::triggered, this, &MoreTrialsPanel::accept);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(grid * 2, grid, grid, grid);
    row->setSpacing(grid);
    row->addWidget(m_question);
    row->addWidget(m_count);
    row->addWidget(m_run);
    row->addStretch(1);
    row->addWidget(close);
    hide();
}

void MoreTrialsPanel::ask(const ExperimentOverview* overview)
{
    if (!overview)
        return;
    m_experiment = overview->record.id;
    m_question->setText(
        tr("How many more trials for %1?").arg(QString::fromStdString(overview->record.name)));
    show();
    m_count->setFocus();
    m_count->selectAll();
}

void MoreTrialsPanel::accept()
{
    hide();
    m_count->interpretText();
    Q_EMIT wanted(m_experiment, m_count->value());
}

} // namespace widthwise::ui
