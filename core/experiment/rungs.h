// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"
#include "core/schedule/scheduler.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What the experiment's scheduler is made for: the rungs are steps of a run, or the values of the fidelity;
/// there is one rung where the scheduler knows none.
SchedulingTask schedulingTask(const Experiment& experiment);

/// The step of the checkpoint, of the trial that this one was copied from, from which it begins where it has
/// none of its own; empty for one that is no copy.
std::optional<std::int64_t> copiedAt(const Experiment& experiment, const Trial& trial);
/// The folder of a trial directory in which the checkpoint of that step is kept: `checkpoint.pt.step-300`.
std::string keptCheckpoint(std::int64_t step);

/// A trial's schedule length as far as it differs from others': in steps where those are given, else in
/// epochs in units of the batch size; 1 where it is the same for all.
class ScheduleLength {
public:
    explicit ScheduleLength(const Experiment& experiment);

    double of(const Configuration& configuration) const;
    /// The parameters of the experiment's space on which it depends.
    std::vector<std::string> parameters(const SearchSpace& space) const;

private:
    bool countsEpochs(double epochs) const;

    std::map<std::string, double> m_settings; ///< numbers that the trainer's settings give
    bool m_hasTrainer;
    bool m_saysSteps;
};

/// Whether trials differ in a parameter of the space: in its value, or in whether they have it.
bool isVaried(const SearchSpace& space, std::string_view name);
/// The values that all trials have in common.
Configuration commonValues(const SearchSpace& space);

/// The steps of a whole run: as the scheduler's setting says, or else as the trainer's do; 0 where neither
/// does.
std::int64_t runLength(const Experiment& experiment);
/// The steps of a whole run as the trainer's settings say; 0 where they do not.
std::int64_t settingOfSteps(const Experiment& experiment);

} // namespace widthwise
