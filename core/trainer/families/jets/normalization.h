// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_sample.h"

#include <cstddef>
#include <iosfwd>
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

/// Values of one variable that are not finite.
struct LostValues {
    std::string name; ///< dataset and field
    std::size_t lost = 0;
    std::size_t all = 0;
};

/// `notice: …`, a line each: every such value counts as the mean.
void reportLostValues(std::ostream& notices, const std::vector<LostValues>& lost);

/// Measures a normalisation over all jets and all valid tracks of any number of samples of the same
/// variables. Values that are not finite do not count.
class NormalizationMeter {
public:
    /// `path`: of the file that messages are to name.
    explicit NormalizationMeter(const std::string& path = {}) : m_place(path.empty() ? path : path + ": ") {}

    void add(const JetSample& sample);
    /// The variables of which some values were not finite.
    std::vector<LostValues> lost() const;
    /// Throws InputError naming a variable that was never finite.
    void requireValues() const;
    /// Throws InputError naming the dataset and a variable in it that is constant or never finite.
    Normalization result() const;

private:
    /// Welford's running mean and sum of squared distances to it.
    struct Moments {
        std::string name; ///< dataset and field
        double count = 0; ///< of finite values
        std::size_t lost = 0;
        double mean = 0;
        double squares = 0;
    };
    static void add(std::vector<Moments>& moments, const std::vector<float>& values,
                    const std::string& dataset, const std::vector<std::string>& names);

    std::string m_place;
    std::vector<Moments> m_jets;
    std::vector<Moments> m_tracks;
};

/// How many jets there are of each class of the samples, and tracks of each origin.
struct ClassCounts {
    std::vector<std::size_t> jets;
    std::vector<std::size_t> origins; ///< empty where the samples say nothing of them

    void add(const JetSample& sample);
};

/// Replaces x by (x − mean)/deviation, and what is not finite by 0.
void normalize(JetSample& sample, const Normalization& normalization);

} // namespace widthwise::trainer
