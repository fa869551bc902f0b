// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tone.h"

#include <QPalette>
#include <QVariant>
#include <QWidget>

namespace widthwise::ui {

namespace {

constexpr const char* toneProperty = "widthwiseTone";

void tint(QWidget& widget)
{
    const QColor color = Theme::instance().color(Tone(widget.property(toneProperty).toInt()));
    QPalette palette = widget.palette();
    palette.setColor(QPalette::WindowText, color);
    palette.setColor(QPalette::Text, color);
    widget.setPalette(palette);
}

/// Fusion draws outlines in a darker shade of the colour of windows.
void outline(QWidget& widget)
{
    QPalette palette = widget.palette();
    palette.setColor(QPalette::Window, Theme::instance().color(Tone::Muted));
    widget.setPalette(palette);
}

} // namespace

void setTone(QWidget& widget, Tone tone)
{
    const bool followed = widget.property(toneProperty).isValid();
    widget.setProperty(toneProperty, int(tone));
    tint(widget);
    if (!followed)
        QObject::connect(&Theme::instance(), &Theme::changed, &widget, [&widget] { tint(widget); });
}

void outlineChecks(QWidget& widget)
{
    outline(widget);
    QObject::connect(&Theme::instance(), &Theme::changed, &widget, [&widget] { outline(widget); });
}

} // namespace widthwise::ui
