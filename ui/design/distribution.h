// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <QString>

#include <optional>
#include <vector>

namespace widthwise::ui {

/// What samples of one parameter look like on the parameter's own scale, which runs from 0 to 1.
struct Distribution {
    struct Bar {
        double from = 0;
        double to = 1;
        int count = 0;
        QString label; ///< the value, where the bar stands for one
    };
    std::vector<Bar> bars;
    std::vector<double> decades; ///< where powers of ten lie on a logarithmic scale
    QString low, high;           ///< what lies at the ends; empty where the bars are labelled
    bool logarithmic = false;
    bool discrete = false; ///< a bar stands for one value
    int samples = 0;
    int active = 0; ///< how many of the samples have the parameter at all
};

/// The first configurations that the experiment's search would try, at most `count`; fewer where a grid is
/// smaller or the search must see results first. Parameters with problems are left out. The program of an
/// external search is not asked: others of the space stand for those that it would choose.
std::vector<Configuration> sampleConfigurations(const Experiment& experiment, int count);

Distribution distributionOf(const Parameter& parameter, const std::vector<Configuration>& samples);

} // namespace widthwise::ui
