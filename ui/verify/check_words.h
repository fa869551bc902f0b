// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/coordinate_check.h"
#include "ui/theme/theme.h"

namespace widthwise::ui {

/// The sign of what a slope or a whole check says: a shape, a word and a colour.
struct CheckSign {
    QString shape; ///< ✓ ✕ ? ·
    QString label;
    Tone tone;
};
CheckSign checkSign(CheckResult result);

/// What the ± beside a slope means, and what the verdict makes of it.
QString intervalExplained();

} // namespace widthwise::ui
