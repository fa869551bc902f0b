// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace widthwise::bench {

/// A function that a search minimizes.
struct SearchProblem {
    using Json = nlohmann::ordered_json;
    std::string name;
    Json space; ///< as `suggest --stdio` takes it
    /// Empty where the trial diverges.
    std::function<std::optional<double>(const Json& params)> value;
    double best = 0;   ///< the least value known
    double median = 1; ///< of random configurations
    /// 0 at the least value known, 1 at the median of random ones and above.
    double regret(double value) const;
};

/// Smooth functions, a plateau-like table, networks whose training diverges, and a conditional space.
std::vector<SearchProblem> searchProblems();

} // namespace widthwise::bench
