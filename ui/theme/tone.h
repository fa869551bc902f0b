// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

class QWidget;

namespace widthwise::ui {

/// Writes the widget's text in a tone, also after a change of theme.
void setTone(QWidget& widget, Tone tone);

/// Draws the check boxes or radio buttons of the widget with an outline that is seen on a dark ground, too.
void outlineChecks(QWidget& widget);

} // namespace widthwise::ui
