// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithm.h"

#include "core/search/gaussian_search.h"
#include "core/search/grid_search.h"
#include "core/search/list_search.h"
#include "core/search/random_search.h"
#include "core/search/sobol_search.h"
#include "core/search/tree_parzen_search.h"
#include "core/space/nearest.h"

#include <stdexcept>

namespace widthwise {

namespace {

void refuseProblems(const SearchSpace& space)
{
    const std::vector<SpaceProblem> problems = space.problems();
    if (!problems.empty())
        throw std::invalid_argument("space." + problems.front().parameter + "." + problems.front().field +
                                    ": " + problems.front().message);
}

} // namespace

const std::vector<std::string>& searchAlgorithms()
{
    static const std::vector<std::string> names{"random", "sobol", "tpe", "gp", "grid", "list"};
    return names;
}

bool endsByItself(const SearchSettings& settings)
{
    return settings.algorithm == "grid" || settings.algorithm == "list";
}

std::unique_ptr<SearchAlgorithm> makeSearchAlgorithm(const SearchSettings& settings, const SearchSpace& space,
                                                     Direction direction, std::uint64_t seed)
{
    refuseProblems(space);
    if (settings.algorithm == "random")
        return std::make_unique<RandomSearch>(space, seed);
    if (settings.algorithm == "sobol")
        return std::make_unique<SobolSearch>(space, seed);
    if (settings.algorithm == "gp")
        return std::make_unique<GaussianSearch>(space, direction, seed);
    if (settings.algorithm == "tpe")
        return std::make_unique<TreeParzenSearch>(space, direction, seed);
    if (settings.algorithm == "grid") {
        if (settings.points < 1)
            throw std::invalid_argument("search.points: expected at least 1, got " +
                                        std::to_string(settings.points));
        return std::make_unique<GridSearch>(space, settings.points);
    }
    if (settings.algorithm == "list")
        return std::make_unique<ListSearch>(space, settings.configurations);
    throw std::invalid_argument("search.algorithm: unknown algorithm \"" + settings.algorithm + "\"" +
                                suggestion(settings.algorithm, searchAlgorithms()));
}

std::uint64_t gridSize(const SearchSpace& space, int points)
{
    return GridSearch(space, points).size();
}

} // namespace widthwise
