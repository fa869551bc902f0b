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

/// How trials of a small experiment are trained at full width. What is not said stays as it was in the
/// search.
struct TransferPlan {
    std::int64_t width = 256;
    std::optional<double> epochs = {};      ///< passes over the training jets
    std::optional<std::int64_t> steps = {}; ///< in place of epochs
    std::optional<std::int64_t> jets = {};  ///< 0: all of the data
    bool operator==(const TransferPlan&) const = default;
};

/// The trials with a value that will not change (see isSettled), the best first; at most `count`.
std::vector<TrialRecord> bestTrials(const Objective& objective, std::vector<TrialRecord> trials,
                                    std::size_t count);

/// The experiment `<base>-transfer-<width>`: one trial for each of the winners, the same but for its width.
/// All that was searched is fixed, and so is the base width: learning rates refer to it. Nothing ends a trial
/// early: no goal, no scheduler, no budget of time, and its time limit grows with its work. Throws
/// std::invalid_argument saying what cannot be transferred and the fix: no winners, a width that is not
/// above theirs or that the heads do not divide, a command without the parameter `width`.
Experiment transferOf(const Experiment& base, std::span<const TrialRecord> winners, const TransferPlan& plan);

/// Its trials before they are run, in the order of the winners; each has its winner as its parent.
/// `experiment` is what transferOf made.
std::vector<Trial> transferTrials(const Experiment& experiment, std::span<const TrialRecord> winners,
                                  TimePoint now);

/// How long a transfer may take at most, from its winners' times; see stepTimeRatio.
struct TransferEstimate {
    double workRatio = 1;   ///< of one step at full width to one of the search
    double lengthRatio = 1; ///< of the steps of a trial
    Seconds time{};         ///< of all trials, one after the other
};
/// Empty where the widths are unknown, or how many steps there will be.
std::optional<TransferEstimate> estimateTransfer(const Experiment& base, std::span<const TrialRecord> winners,
                                                 const TransferPlan& plan, const Experiment& transfer);

/// Something that a person should know before a transfer.
struct TransferNote {
    bool warning = false; ///< the result may be worse for it
    std::string text;     ///< a sentence
};
/// `state`: of the small experiment.
std::vector<TransferNote> transferNotes(const Experiment& base, ExperimentState state,
                                        std::span<const TrialRecord> winners, const TransferPlan& plan);

} // namespace widthwise
