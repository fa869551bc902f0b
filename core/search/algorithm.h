// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace widthwise {

enum class Direction { Minimize, Maximize };

/// How a trial ended, for an algorithm that learns from it. A trial that failed or diverged is information
/// about its configuration (`objective` empty), never a missing value.
struct Observation {
    int trial = 0;
    Configuration configuration;
    std::optional<double> objective;
    std::int64_t step = 0; ///< the last step reported
};

/// Nothing to run now: ask again after the next observation (a barrier between generations or rungs).
struct Wait {};
/// The algorithm has no further configuration.
struct Exhausted {};
using Proposal = std::variant<Configuration, Wait, Exhausted>;

/// Chooses configurations by ask and tell. The same seed and the same sequence of calls give the same
/// proposals on every machine; a driver that restarts replays the calls and gets the same search back.
class SearchAlgorithm {
public:
    virtual ~SearchAlgorithm() = default;

    /// The configuration for the trial with number `trial` = 0, 1, 2, … (each is asked for once, in order).
    virtual Proposal ask(int trial) = 0;
    virtual void tell(const Observation& observation) = 0;
};

struct SearchSettings {
    std::string algorithm = "random";               ///< one of searchAlgorithms()
    int points = 5;                                 ///< grid only: points on each continuous range
    std::vector<Configuration> configurations = {}; ///< list only: what is run, fixed values may be left out
    bool operator==(const SearchSettings&) const = default;
};

/// `random`, `grid`, `list`.
const std::vector<std::string>& searchAlgorithms();

/// Throws std::invalid_argument for an unknown algorithm, a space with problems, or a list that does not fit
/// it.
std::unique_ptr<SearchAlgorithm> makeSearchAlgorithm(const SearchSettings& settings, const SearchSpace& space,
                                                     Direction direction, std::uint64_t seed);

/// How many different configurations a grid over `space` (one without problems) has; saturates at 2^62.
std::uint64_t gridSize(const SearchSpace& space, int points);

} // namespace widthwise
