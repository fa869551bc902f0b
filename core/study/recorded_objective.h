// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/simulation.h"
#include "core/store/experiments.h"

namespace widthwise {

/// Trials that go as the nearest recorded one of an experiment went, on the scales of `experiment`'s space:
/// its values of the objective, where it diverged or failed, and its time for a step. Throws
/// std::invalid_argument where none has reported the objective.
SimulatedTrials recordedTrials(Database& database, const ExperimentRecord& recorded,
                               const Experiment& experiment);

} // namespace widthwise
