// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

class QWidget;

namespace widthwise::ui {

/// Writes the widget's text in a tone, also after a change of theme.
void setTone(QWidget& widget, Tone tone);

} // namespace widthwise::ui
