// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/editing/field.h"

#include <QRect>
#include <QScrollArea>

namespace widthwise::ui {

/// The caption of the first field of the page's form that is cut off at a side, or narrower than it can be
/// read; empty where there is none.
inline QString cutOff(const QWidget& page)
{
    const auto* scroll = page.findChild<QScrollArea*>();
    for (const Field* field : scroll->findChildren<Field*>()) {
        const QRect place(field->mapTo(scroll->widget(), QPoint()), field->size());
        if (field->isVisible() && (place.left() < 0 || place.right() >= scroll->viewport()->width() ||
                                   place.width() < field->minimumSizeHint().width()))
            return field->caption();
    }
    return {};
}

} // namespace widthwise::ui
