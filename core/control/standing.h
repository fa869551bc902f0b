// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/driver_lease.h"
#include "core/store/experiments.h"

#include <optional>

namespace widthwise {

/// A driver that says that it runs, and gave a sign of life lately.
bool isAlive(const std::optional<DriverInfo>& driver, TimePoint now);
/// A driver that says that it runs, but has been silent for too long.
bool isLost(const std::optional<DriverInfo>& driver, TimePoint now);

/// What decides what may be asked of an experiment.
struct Standing {
    ExperimentState state = ExperimentState::Draft;
    StateCounts trials{};
    bool driven = false; ///< by a driver that is alive
    bool copy = false;   ///< of an experiment in another store: what is asked is passed on to that one

    int count(TrialState trial) const { return trials.at(static_cast<std::size_t>(trial)); }
    /// Trials that are queued or run: their programs have to end.
    int active() const { return count(TrialState::Queued) + count(TrialState::Running); }
    /// Trials that have not ended, those that wait or are paused too.
    int open() const { return active() + count(TrialState::Pending) + count(TrialState::Paused); }
    /// It was stopped, and trials still write their checkpoints.
    bool isStopping() const { return state == ExperimentState::Stopped && active() > 0; }
};

/// Nobody carries out what is asked before a driver is started here.
bool needsDriver(const Standing& standing);

} // namespace widthwise
