// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::bench {

/// Ten thousand trainings as they might be of recurrent networks, over eight parameters of an optimizer, each
/// on a logarithmic scale: a fifth of all diverge, small learning rates are slow, and what ends best may lag
/// behind. A configuration counts as the nearest of them.
class CurveProblem {
public:
    using Json = nlohmann::ordered_json;
    static constexpr int steps = 81;

    struct Kind {
        std::string name;
        double noise;       ///< of a value
        double crossing;    ///< how much those that end best are behind at the start
        std::uint64_t seed; ///< of the trainings
    };
    explicit CurveProblem(const Kind& kind);

    const std::string& name() const { return m_name; }
    /// As `suggest --stdio` takes it.
    Json space() const;
    /// The value at each step from the first on.
    const std::vector<double>& curveOf(const Json& params) const;
    /// 0 at the least value of all, 1 at the median of the least values of trainings and above.
    double regret(double value) const;

private:
    struct Training {
        std::vector<double> x; ///< in the unit cube
        std::vector<double> curve;
    };
    std::string m_name;
    std::vector<Training> m_trainings;
    double m_least = 0;
    double m_median = 1;
};

std::vector<CurveProblem> curveProblems();

} // namespace widthwise::bench
