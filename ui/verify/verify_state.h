// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "core/study/check_report.h"
#include "core/study/coordinate_check_study.h"

#include <QString>

#include <memory>
#include <optional>

namespace widthwise::ui {

/// What a new check of an experiment would start from.
struct CheckOffer {
    ExperimentRecord base;
    Experiment experiment; ///< base's, under its name in the store
    Configuration configuration;
    CheckPlan plan;
    double learningRate = 0;        ///< of the configuration, at the base width
    std::optional<int> bestTrial{}; ///< the trial that the configuration is from; empty: middle of the space
};

/// What the Verify page shows of one experiment.
struct VerifyState {
    std::int64_t experiment = 0; ///< whose page it is
    QString problem;             ///< why nothing of it can be shown or checked, in one sentence
    std::optional<CheckOffer> offer;
    std::optional<ExperimentRecord>
        check; ///< whose trials are shown: the experiment itself, or its newest check
    CheckReport report;
    StateCounts counts{}; ///< of the check's trials
    int planned = 0;      ///< trials that the check will have; 0 where that is not known
};
using VerifyStatePtr = std::shared_ptr<const VerifyState>;

/// An experiment that recorded layers, or is made to, shows itself and offers to check its parent again; any
/// other shows the newest check made out of it, and offers a new one.
VerifyStatePtr readVerifyState(Database& database, std::int64_t experiment);

} // namespace widthwise::ui
