// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/schedule/scheduler.h"

namespace widthwise {

/// What the experiment's scheduler is made for: the rungs are steps of a run, or the values of the fidelity;
/// there is one rung where the scheduler knows none.
SchedulingTask schedulingTask(const Experiment& experiment);

/// What a run's length is as far as it depends on the configuration: in steps, or epochs in units of the
/// batch size, or what else the configuration names so; 1 where it is the same for all.
double scheduleLength(const Configuration& configuration);

/// The steps of a whole run as the trainer's settings say; 0 where they do not.
std::int64_t settingOfSteps(const Experiment& experiment);

} // namespace widthwise
