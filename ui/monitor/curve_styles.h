// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"
#include "ui/plot/curve_raster.h"

#include <QString>

#include <functional>
#include <map>
#include <vector>

namespace widthwise::ui {

/// The curves of trials by what they mean: by parametrization where that is searched, otherwise by state, the
/// best trial standing out.
struct CurveStyles {
    struct LegendEntry {
        QString label;
        QRgb color;
        bool dashed;
    };
    std::map<int, CurveStyle> styles; ///< by trial number
    std::vector<LegendEntry> legend;  ///< of the groups that are seen
};

/// By number: `isShown`, whether a trial is; `hasCurve`, whether it has a value to draw.
CurveStyles curveStyles(const Experiment& experiment, const std::vector<Trial>& trials,
                        const std::function<bool(int)>& isShown, const std::function<bool(int)>& hasCurve);

} // namespace widthwise::ui
