// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace widthwise {

/// The rungs of an experiment, from the lowest on: steps of one run, or sizes of a model.
struct RungPlan {
    /// Where a trial of each rung pauses, rising; the rung after them is the whole run. Empty: the rungs are
    /// of trials of their own.
    std::vector<std::int64_t> steps = {};
    int rungs = 1; ///< with the highest

    int highest() const { return rungs - 1; }
    bool isOfOneRun() const { return !steps.empty(); }
    /// The step at which a trial of this rung pauses; empty: it runs to its end.
    std::optional<std::int64_t> untilStep(int rung) const
    {
        const auto place = static_cast<std::size_t>(rung);
        return place < steps.size() ? std::optional(steps[place]) : std::nullopt;
    }
    bool operator==(const RungPlan&) const = default;
};

/// lowest·eta^k for k = 0, 1, … up to length/eta, and `lowest` in any case: Li et al., "Hyperband", JMLR 18
/// (2018), with R/r = length/lowest. Empty unless 0 < lowest < length and eta > 1.
RungPlan rungsOfOneRun(std::int64_t lowest, std::int64_t length, double eta);

/// No run is compared more often than this.
constexpr std::int64_t mostRungs = 10'000;

/// step, 2·step, … below `length`. Empty unless 0 < step < length, or where these are more than mostRungs.
RungPlan evenRungs(std::int64_t step, std::int64_t length);

/// A bracket of Hyperband: `trials` start at rung `rung`.
struct Bracket {
    int trials = 1;
    int rung = 0;
    bool operator==(const Bracket&) const = default;
};

/// Hyperband's brackets from the most eager on, for so many rungs: with s = rungs−1−rung, trials =
/// ⌈rungs·eta^s/(s+1)⌉ (Li et al. 2018, algorithm 1, where B/R = s_max+1 = rungs).
std::vector<Bracket> hyperbandBrackets(int rungs, double eta);

/// How many of `trials` go on from a rung: ⌊trials/eta⌋, and at least one of any.
int goOn(int trials, double eta);

} // namespace widthwise
