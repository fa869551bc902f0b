// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QPalette>

namespace widthwise::ui {

/// The colour of a tone in the light or the dark palette.
QColor toneColor(Tone tone, bool dark);

/// `share` of the way from one colour to another.
QColor blend(const QColor& under, const QColor& over, double share);

/// The palette that Fusion paints with.
QPalette makePalette(bool dark);

/// Contrast of two opaque colours, 1 to 21 (WCAG 2.1, relative luminance of sRGB).
double contrastRatio(const QColor& a, const QColor& b);

} // namespace widthwise::ui
