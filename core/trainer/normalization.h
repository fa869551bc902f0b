// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/jet_sample.h"

#include <cstddef>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Mean and standard deviation of each variable.
struct Normalization {
    struct Variable {
        double mean = 0;
        double deviation = 1;
    };
    std::vector<Variable> jets;
    std::vector<Variable> tracks;
};

/// Measures a normalisation over all jets and all valid tracks of any number of samples of the same
/// variables. Values that are not finite do not count.
class NormalizationMeter {
public:
    void add(const JetSample& sample);
    /// Throws InputError naming the dataset and a variable in it that is constant or never finite.
    Normalization result() const;

private:
    /// Welford's running mean and sum of squared distances to it.
    struct Moments {
        std::string name; ///< dataset and field
        double count = 0;
        double mean = 0;
        double squares = 0;
    };
    static void add(std::vector<Moments>& moments, const std::vector<float>& values,
                    const std::string& dataset, const std::vector<std::string>& names);

    std::vector<Moments> m_jets;
    std::vector<Moments> m_tracks;
};

/// How many jets there are of each class of the samples, and tracks of each origin.
struct ClassCounts {
    std::vector<std::size_t> jets;
    std::vector<std::size_t> origins; ///< empty where the samples say nothing of them

    void add(const JetSample& sample);
};

/// Replaces x by (x − mean)/deviation, and what is not finite by 0. Returns how many values were not finite.
std::size_t normalize(JetSample& sample, const Normalization& normalization);

} // namespace widthwise::trainer
