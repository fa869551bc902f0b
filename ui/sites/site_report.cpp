// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/site_report.h"

#include "ui/sites/finding_delegate.h"
#include "ui/theme/tone.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace widthwise::ui {

SiteReport::SiteReport(QWidget* parent)
    : QWidget(parent), m_outcome(new QLabel(this)), m_busy(new QProgressBar(this)),
      m_stack(new QStackedWidget(this)), m_list(new QListView(this)), m_log(new QPlainTextEdit(this))
{
    setAccessibleName(tr("Result of the test or deployment"));
    m_outcome->setObjectName(QStringLiteral("siteOutcome"));
    m_outcome->setWordWrap(true);
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedSize(12 * grid, grid);
    m_busy->setAccessibleName(tr("Something goes on"));

    m_list->setObjectName(QStringLiteral("findings"));
    m_list->setAccessibleName(tr("Findings"));
    m_list->setModel(&m_findings);
    m_list->setItemDelegate(new FindingDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);

    m_log->setObjectName(QStringLiteral("siteLog"));
    m_log->setAccessibleName(tr("Output of the test or deployment"));
    m_log->setReadOnly(true);
    m_log->setTabChangesFocus(true);
    m_log->setFont(Theme::instance().code());
    m_log->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_log);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_outcome, 1);
    bar->addWidget(m_busy);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
    showNothing({});
}

void SiteReport::say(Tone tone, const QString& text)
{
    m_outcome->setText(text);
    setTone(*m_outcome, tone);
}

void SiteReport::showNothing(const QString& hint)
{
    m_busy->hide();
    m_findings.setFindings({});
    m_stack->setCurrentWidget(m_list);
    say(Tone::Muted, hint);
}

void SiteReport::begin(const QString& what)
{
    m_findings.setFindings({});
    m_log->clear();
    m_stack->setCurrentWidget(m_list);
    m_busy->show();
    say(Tone::Text, what);
}

void SiteReport::addLine(const QString& line)
{
    m_stack->setCurrentWidget(m_log);
    m_log->appendPlainText(line);
}

void SiteReport::conclude(Tone tone, const QString& outcome)
{
    m_busy->hide();
    say(tone, outcome);
}

void SiteReport::showFindings(const Findings& findings, const QString& outcome)
{
    m_busy->hide();
    m_findings.setFindings(findings);
    m_stack->setCurrentWidget(m_list);
    const Verdict verdict = worst(findings);
    say(verdict == Verdict::Good      ? Tone::Good
        : verdict == Verdict::Warning ? Tone::Warning
                                      : Tone::Bad,
        outcome);
}

} // namespace widthwise::ui
