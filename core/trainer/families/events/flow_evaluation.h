// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"
#include "core/trainer/engine/predictor.h"
#include "core/trainer/families/events/flow_batch.h"
#include "core/trainer/families/events/flow_performance.h"

namespace widthwise::trainer {

/// A model beside the rule-based reconstruction of the same events.
struct FlowEvaluation {
    FlowPerformance model = {};
    FlowPerformance baseline = {};
    bool hasBaseline = false;
    std::size_t events = 0;
    bool againstTargets =
        false; ///< the file has no jets of all particles: those of the targets stand for them
};

FlowEvaluation evaluateFlow(Predictor& network, const EventSample& sample, const EventJets& genJets,
                            const ElementScaling& scaling);

/// `evaluation/jet_response_width` and the like, with `baseline_` before those of the rules.
Metrics flowMetrics(const FlowEvaluation& evaluation);

/// Everything, with errors.
Report flowReport(const FlowEvaluation& evaluation);

} // namespace widthwise::trainer
