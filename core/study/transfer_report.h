// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/store/experiments.h"
#include "core/store/trials.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// A trial with the width of its model, where that is known.
struct SizedTrial {
    Trial trial;
    std::optional<std::int64_t> width;
};

/// A trial at full width beside the small one that its configuration came from.
struct TransferPair {
    std::optional<SizedTrial> narrow; ///< empty where its experiment was removed
    SizedTrial wide;
};

/// How much better (positive) or worse a trial is at full width; empty where one of the two has no usable
/// value.
std::optional<double> gainOf(const Objective& objective, const TransferPair& pair);

/// What came of a transfer, and what it cost: running times of trials, times the GPUs of each where they have
/// some.
struct TransferReport {
    ExperimentRecord record;
    std::string search; ///< the small experiment's name; empty where it was removed
    Objective objective;
    std::vector<TransferPair> pairs;
    Seconds searchTime{};              ///< of all trials of the small experiment
    Seconds transferTime{};            ///< of all trials of this one
    std::optional<Seconds> directTime; ///< what the small experiment would have taken at full width
    bool measured =
        false; ///< directTime from the measured times of a step; else at most so much (stepTimeRatio)
};

/// Empty where the experiment is no transfer, or its text has errors.
std::optional<TransferReport> transferReport(Database& database, const ExperimentRecord& record,
                                             TimePoint now);

/// Of all transfers from an experiment, in the order in which they were made.
std::vector<TransferReport> transferReports(Database& database, std::int64_t experiment, TimePoint now);

/// Where an experiment comes from: "transferred from gn2-lr trial 7 (width 64)", "made from gn2-lr"; empty
/// where it comes from none that is there.
std::string originText(Database& database, const ExperimentRecord& record, std::span<const Trial> trials);

} // namespace widthwise
