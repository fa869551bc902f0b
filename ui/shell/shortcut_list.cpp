// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/shortcut_list.h"

#include "ui/theme/theme.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>

namespace widthwise::ui {

ShortcutList::ShortcutList(QWidget* window) : QFrame(window)
{
    setObjectName(QStringLiteral("shortcutList"));
    setAccessibleName(tr("Keyboard shortcuts"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFocusPolicy(Qt::StrongFocus);
    m_rows = new QGridLayout(this);
    m_rows->setContentsMargins(grid * 3, grid * 2, grid * 3, grid * 2);
    m_rows->setHorizontalSpacing(grid * 3);
    m_rows->setVerticalSpacing(grid / 2);
    hide();
}

void ShortcutList::toggle()
{
    if (isVisible()) {
        hide();
        return;
    }
    fill();
    adjustSize();
    move((parentWidget()->width() - width()) / 2, (parentWidget()->height() - height()) / 2);
    show();
    raise();
    setFocus();
}

void ShortcutList::fill()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    auto* heading = new QLabel(tr("Keyboard shortcuts"));
    heading->setFont(Theme::instance().strong());
    m_rows->addWidget(heading, 0, 0, 1, 2);
    int row = 1;
    for (const QAction* action : parentWidget()->findChildren<QAction*>()) {
        if (action->shortcut().isEmpty() || action->text().isEmpty())
            continue;
        QString text = action->text();
        m_rows->addWidget(new QLabel(text.remove(QLatin1Char('&'))), row, 0);
        m_rows->addWidget(
            new QLabel(QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText)), row, 1);
        ++row;
    }
}

void ShortcutList::keyPressEvent(QKeyEvent*)
{
    hide();
}

void ShortcutList::mousePressEvent(QMouseEvent*)
{
    hide();
}

void ShortcutList::focusOutEvent(QFocusEvent*)
{
    hide();
}

} // namespace widthwise::ui
