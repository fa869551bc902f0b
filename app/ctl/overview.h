// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/standing.h"
#include "core/experiment/experiment.h"
#include "core/store/experiments.h"
#include "core/store/mirrors.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace widthwise::ctl {

class Invocation;

/// An experiment with all that the store knows of it.
struct Overview {
    ExperimentRecord record;
    std::optional<Experiment> experiment; ///< empty where the text of a draft has errors
    std::vector<Trial> trials;            ///< by number
    std::optional<DriverInfo> driver;
    std::string parent; ///< the experiment that it was derived from; empty where there is none (any more)
    std::string origin; ///< in words: "transferred from gn2-lr trial 7 (width 64)"
    std::optional<Origin> copyOf; ///< where it is a copy of one in another machine's store
    TimePoint now{};

    bool isDriven() const { return isAlive(driver, now); }
    bool isDriverLost() const { return isLost(driver, now); }
    Standing standing() const { return {record.state, counts(), isDriven(), copyOf.has_value()}; }
    const Trial* best() const;
    StateCounts counts() const;
};

TimePoint currentTime();

/// The store of a command for experiments that are there already. Throws Failure (NotFound) where there is
/// none yet.
std::unique_ptr<Database> openStore(const Invocation& invocation, Database::Mode mode);

/// Throws Failure (NotFound), with the name that was probably meant.
ExperimentRecord findExperiment(Database& database, const std::string& name);

Overview overviewOf(Database& database, ExperimentRecord record);

/// Throws Failure (NotFound).
const Trial& findTrial(const Overview& overview, int number);

/// Where the trials of an experiment lie, or will where nobody has driven it.
TrialsPlace trialsPlace(const Overview& overview);

/// Where the files of a trial lie, on the host of that place.
std::string trialDirectory(const Database& database, const Overview& overview, int trial);

} // namespace widthwise::ctl
