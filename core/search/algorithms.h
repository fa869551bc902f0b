// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What everybody may know of a search algorithm: file, form, help and documentation read it.
struct AlgorithmDescription {
    /// Where the values of a trial come from.
    enum class Source {
        Space,   ///< from all of each parameter's domain
        Grid,    ///< from `points` points on each continuous range
        List,    ///< from the configurations that somebody has chosen
        Program, ///< from another program, which `command` starts
    };
    using Make = std::unique_ptr<SearchAlgorithm> (*)(const SearchSettings&, const SearchSpace&, Direction,
                                                      std::uint64_t seed);

    std::string id; ///< as the file says it
    std::string title;
    std::string help;    ///< how it chooses, as one phrase
    Make make = nullptr; ///< null for an external search, which is more than its settings
    std::vector<Setting> settings = {};
    Source source = Source::Space;
    bool takesChoices = true;
    bool takesConditions = true;
};

/// In the order in which they are to be offered.
const std::vector<AlgorithmDescription>& searchAlgorithms();
const std::vector<std::string>& searchAlgorithmIds();

/// Throws std::invalid_argument for an unknown id.
const AlgorithmDescription& searchAlgorithm(std::string_view id);

/// What may be set beside an algorithm: its own settings, then those of the others, which mean nothing to it
/// but stay in a file whose algorithm is changed to and fro.
std::vector<Setting> settingsBeside(const AlgorithmDescription& algorithm);

/// Whether the algorithm has a last configuration.
bool endsByItself(const SearchSettings& settings);
/// How many configurations it has where it ends by itself; saturates at 2^62. The space has no problems.
std::optional<std::uint64_t> configurationCount(const SearchSettings& settings, const SearchSpace& space);
/// How many points it takes of each continuous range; empty where it draws from the whole range.
std::optional<int> gridPoints(const SearchSettings& settings);
/// Whether somebody chose its configurations.
bool isListed(const SearchSettings& settings);
/// Whether another program chooses.
bool isExternal(const SearchSettings& settings);

/// Why the algorithm cannot search the space, with the parameter and what to do; empty where it can.
std::string whyNotSearched(const AlgorithmDescription& algorithm, const SearchSpace& space);

} // namespace widthwise
