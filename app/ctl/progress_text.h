// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"
#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace widthwise::ctl {

/// An experiment at one moment of its run.
struct Moment {
    const Experiment& experiment;
    ExperimentState state = ExperimentState::Running;
    std::span<const Trial> trials;
    TimePoint now{};
    std::string notice; ///< what keeps its driver from working at the moment
};

/// A bar of `width` columns, filled by `fraction` in [0, 1].
Span bar(double fraction, std::size_t width, const Terminal& terminal);

/// "✓ 11  ✕ 1  ▶ 2": how many trials are in each state that occurs.
Line countsLine(std::span<const Trial> trials, const Terminal& terminal);

/// "7/24  ✓ 11  ✕ 1  4 min, about 3 min left" behind a bar; see expectedTrials.
Line progressLine(const Moment& moment, const Terminal& terminal);

/// "best   val/loss 0.3412 at step 800, trial 7: max_lr 0.00131". Empty before the first value.
Line bestLine(const Moment& moment);

/// One line per running or waiting trial, aligned; at most `most`, and how many more there are.
std::vector<Line> activeLines(const Moment& moment, const Terminal& terminal, std::size_t most);

/// What befell the metrics of the trials: a line for each kind.
std::vector<Line> noticeLines(std::span<const Trial> trials);

/// What has just become of a trial: "✓ trial 3 completed in 42 s: val/loss 0.3412 at step 800, best so far".
Line changeLine(const Moment& moment, const Trial& trial, const Terminal& terminal);

/// "random search over 2 parameters, 24 trials, 2 at a time".
std::string planText(const Experiment& experiment);

/// Which trials have changed their state since the last call.
class TrialChanges {
public:
    /// `known`: the trials as they are known already, by position.
    explicit TrialChanges(std::span<const Trial> known = {}) { next(known); }

    std::vector<const Trial*> next(std::span<const Trial> trials);

private:
    std::vector<std::pair<TrialState, int>> m_seen; ///< state and attempt, by position
};

} // namespace widthwise::ctl
