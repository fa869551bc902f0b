// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/conversation.h"
#include "core/search/history.h"
#include "core/search/setting.h"
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
/// Which of a trial's reported values counts.
enum class ObjectiveValue { Best, Last };

/// Nothing to run now: ask again when the history has changed (a barrier between generations or rungs).
struct Wait {};
/// The algorithm has not made up its mind: ask again soon, also where nothing has changed.
struct Thinking {
    std::string delay = {}; ///< what a person should know where it takes long
};
/// The algorithm has no further configuration.
struct Exhausted {};
using Proposal = std::variant<Configuration, Wait, Thinking, Exhausted>;

/// Chooses configurations. The same seed and history give the same proposal on every machine, whatever was
/// asked before.
class SearchAlgorithm {
public:
    virtual ~SearchAlgorithm() = default;

    /// The configuration for the next trial, whose number is the history's size.
    virtual Proposal propose(const History& history) = 0;
    /// Whether proposals depend on how trials went, and not on their number alone.
    virtual bool learns() const { return true; }
};

/// What a trial of an earlier experiment tells: not its value, but how many of its experiment were better.
struct EarlierTrial {
    std::string experiment;
    int trial = 0;
    std::optional<double> rank; ///< 0 is the best of its experiment, 1 the worst; empty where it failed
    Configuration configuration;
    bool operator==(const EarlierTrial&) const = default;
};

struct SearchSettings {
    std::string algorithm = "auto"; ///< the id of one of searchAlgorithms()
    SettingValues settings = {};    ///< what is set of the algorithm's settings
    std::vector<Configuration> configurations =
        {};                   ///< what is run, of a list, or first; fixed values may be left out
    std::string command = {}; ///< of an external search: see programWords
    std::vector<std::string> warmStart = {}; ///< experiments to begin with; everyExperiment for all
    std::optional<std::vector<EarlierTrial>> earlier = {}; ///< what was taken from these
    bool operator==(const SearchSettings&) const = default;
};

/// Throws std::invalid_argument for an unknown algorithm, a space with problems or one that the algorithm
/// cannot search, a setting out of its bounds, a list that does not fit the space, or an external search
/// without its program.
std::unique_ptr<SearchAlgorithm> makeSearchAlgorithm(const SearchSettings& settings, const SearchSpace& space,
                                                     Direction direction, std::uint64_t seed,
                                                     ExternalProgram program = {});

} // namespace widthwise
