// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_tail.h"

#include "ui/theme/tone.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>

namespace widthwise::ui {

namespace {

constexpr int mostLines = 2000;

} // namespace

LogTail::LogTail(QWidget* parent)
    : QWidget(parent), m_heading(new QLabel), m_reason(new QLabel), m_text(new QPlainTextEdit)
{
    m_heading->setObjectName(QStringLiteral("logHeading"));
    m_heading->setFont(Theme::instance().strong());
    m_reason->setObjectName(QStringLiteral("trialReason"));
    m_reason->setAccessibleName(tr("Why the trial is in this state"));
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_reason->setWordWrap(true);

    m_text->setObjectName(QStringLiteral("log"));
    m_text->setAccessibleName(tr("Output of the selected trial"));
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(mostLines);
    m_text->setFont(Theme::instance().code());
    m_text->document()->setDocumentMargin(grid);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(grid, grid / 2, grid, grid / 2);
    bar->setSpacing(grid * 2);
    bar->addWidget(m_heading);
    bar->addWidget(m_reason, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_text, 1);

    connect(&m_tail, &FileTail::started, this, [this](const QString& path) {
        if (path == m_file)
            m_text->clear();
    });
    connect(&m_tail, &FileTail::appended, this, &LogTail::append);
    show(nullptr, {});
}

void LogTail::show(const Trial* trial, const QString& file)
{
    m_heading->setText(trial ? tr("Output of trial %1").arg(trial->number) : tr("Output"));
    m_text->setPlaceholderText(trial ? tr("It has printed nothing yet.")
                                     : tr("Select a trial to see what it prints."));
    m_reason->setVisible(trial && !trial->reason.empty());
    if (trial && !trial->reason.empty()) {
        const StateSign sign = Theme::sign(trial->state);
        m_reason->setText(
            QStringLiteral("%1 %2: %3").arg(sign.shape, sign.label, QString::fromStdString(trial->reason)));
        setTone(*m_reason, sign.tone);
    }
    if (file == m_file)
        return;
    m_file = file;
    m_text->clear();
    m_tail.follow(file);
}

void LogTail::append(const QString& text)
{
    QScrollBar* bar = m_text->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    QTextCursor cursor(m_text->document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(text);
    if (atEnd)
        bar->setValue(bar->maximum());
}

} // namespace widthwise::ui
