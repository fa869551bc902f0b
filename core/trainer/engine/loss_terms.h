// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// One of the losses that a model's loss is the weighted sum of.
struct LossTerm {
    std::string name;
    double weight = 1; ///< in the sum
};

/// What a network makes of some samples in one term. Those of several batches add up number by number.
struct TermResult {
    double sum = 0;     ///< of what the term is the mean of, each with its weight
    double divisor = 0; ///< what it is divided by: the sum of the weights, or what else the family says
    double correct = 0; ///< how many of `count` are right
    double count = 0;   ///< of what can be right or wrong; 0 where the term knows no such thing

    /// 0 where there was nothing to learn from.
    double mean() const { return divisor > 0 ? sum / divisor : 0; }
    double accuracy() const { return count == 0 ? 0 : correct / count; }
};

struct Result {
    double loss = 0; ///< all terms with their weights; of a slice, its part of the whole batch's
    std::vector<TermResult> terms;
};

/// All terms with their weights.
double lossOf(std::span<const LossTerm> terms, std::span<const TermResult> results);

} // namespace widthwise::trainer
