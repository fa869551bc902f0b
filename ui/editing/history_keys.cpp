// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/history_keys.h"

#include <QKeyEvent>
#include <QWidget>

namespace widthwise::ui {

void HistoryKeys::takeFrom(QWidget* editor)
{
    editor->installEventFilter(new HistoryKeys(editor));
}

bool HistoryKeys::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            key->ignore();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace widthwise::ui
