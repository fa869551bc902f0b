// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/notice.h"

#include "ui/theme/tone.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <utility>

namespace widthwise::ui {

Notice::Notice(QWidget* parent)
    : QFrame(parent), m_sign(new QLabel), m_text(new QLabel), m_button(new QPushButton)
{
    setObjectName(QStringLiteral("notice"));
    setAccessibleName(tr("Message"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    m_sign->setObjectName(QStringLiteral("noticeSign"));
    m_text->setObjectName(QStringLiteral("noticeText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_button->setObjectName(QStringLiteral("noticeAction"));

    auto* close = new QToolButton;
    close->setObjectName(QStringLiteral("noticeClose"));
    close->setAutoRaise(true);
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setToolTip(tr("Close this message (Esc)"));
    close->setAccessibleName(tr("Close message"));
    connect(close, &QToolButton::clicked, this, &Notice::dismiss);

    auto* escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QAction::triggered, this, &Notice::dismiss);
    addAction(escape);

    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto action = std::exchange(m_action, {});
        dismiss();
        if (action)
            action();
    });

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(grid * 2, grid, grid, grid);
    row->setSpacing(grid);
    row->addWidget(m_sign, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    row->addWidget(close);
    m_sign->setFont(Theme::instance().strong());
    hide();
}

void Notice::tell(Tone tone, const QString& text)
{
    m_action = {};
    m_button->hide();
    show(tone, text);
}

void Notice::offer(Tone tone, const QString& text, const QString& actionLabel, std::function<void()> action)
{
    m_action = std::move(action);
    m_button->setText(actionLabel);
    m_button->setAccessibleName(actionLabel);
    m_button->show();
    show(tone, text);
}

void Notice::ask(const QString& question, const QString& actionLabel, std::function<void()> action)
{
    offer(Tone::Warning, question, actionLabel, std::move(action));
    m_button->setFocus();
}

void Notice::dismiss()
{
    m_action = {};
    hide();
}

void Notice::retract(const QString& text)
{
    if (m_text->text() == text)
        dismiss();
}

void Notice::show(Tone tone, const QString& text)
{
    m_sign->setText(tone == Tone::Bad ? QStringLiteral("✕") : QStringLiteral("!"));
    setTone(*m_sign, tone);
    m_text->setText(text);
    setAccessibleDescription(text);
    setVisible(true);
}

} // namespace widthwise::ui
