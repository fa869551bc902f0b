// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/form_scroll.h"

#include <QEvent>
#include <QScrollBar>

namespace widthwise::ui {

FormScroll::FormScroll(QWidget* content, QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setAccessibleName(tr("Form"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(content);
}

QSize FormScroll::minimumSizeHint() const
{
    const QSize size = QScrollArea::minimumSizeHint();
    const int fields = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
    return size.expandedTo({fields, 0});
}

/// Fields come and go with what the file says.
bool FormScroll::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::event(event);
}

} // namespace widthwise::ui
