// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms.h"

#include "core/search/auto_search.h"
#include "core/search/changed_space.h"
#include "core/search/cma_search.h"
#include "core/search/described.h"
#include "core/search/enqueued_search.h"
#include "core/search/evolution_search.h"
#include "core/search/external_search.h"
#include "core/search/gaussian_search.h"
#include "core/search/grid_search.h"
#include "core/search/list_search.h"
#include "core/search/random_search.h"
#include "core/search/sobol_search.h"
#include "core/search/tree_parzen_search.h"
#include "core/search/warm_start.h"

#include <stdexcept>

namespace widthwise {

namespace {

using Source = AlgorithmDescription::Source;
using Algorithm = std::unique_ptr<SearchAlgorithm>;

/// Of one range: all of them are in memory at once.
constexpr double mostPoints = 1'000'000;

std::vector<AlgorithmDescription> table()
{
    return {
        {"auto", "Automatic",
         "what learns best from so many trials: a Gaussian process first, then CMA-ES from where that led, "
         "or "
         "TPE by turns where there are choices or conditions",
         [](const SearchSettings&, const SearchSpace& space, Direction direction, std::uint64_t seed)
             -> Algorithm { return std::make_unique<AutoSearch>(space, direction, seed); }},
        {"random", "Random", "independent draws",
         [](const SearchSettings&, const SearchSpace& space, Direction, std::uint64_t seed) -> Algorithm {
             return std::make_unique<RandomSearch>(space, seed);
         }},
        {"sobol", "Sobol", "points that cover the space evenly: Sobol's sequence, scrambled",
         [](const SearchSettings&, const SearchSpace& space, Direction, std::uint64_t seed) -> Algorithm {
             return std::make_unique<SobolSearch>(space, seed);
         }},
        {"tpe", "TPE",
         "tree-structured Parzen estimator, multivariate, one density for each group of parameters that "
         "exist together",
         [](const SearchSettings&, const SearchSpace& space, Direction direction, std::uint64_t seed)
             -> Algorithm { return std::make_unique<TreeParzenSearch>(space, direction, seed); }},
        {"gp", "Gaussian process",
         "a Gaussian process (Matérn 5/2) and the logarithm of the expected improvement",
         [](const SearchSettings&, const SearchSpace& space, Direction direction, std::uint64_t seed)
             -> Algorithm { return std::make_unique<GaussianSearch>(space, direction, seed); }},
        {"cmaes",
         "CMA-ES",
         "covariance matrix adaptation with margin: generations from a normal distribution that moves to "
         "what "
         "is better; numbers without conditions",
         [](const SearchSettings&, const SearchSpace& space, Direction direction,
            std::uint64_t seed) -> Algorithm { return std::make_unique<CmaSearch>(space, direction, seed); },
         {},
         Source::Space,
         false,
         false},
        {"evolution",
         "Evolution",
         "regularised evolution: the best of `sample` out of the latest `population` trials, with one "
         "parameter "
         "changed",
         [](const SearchSettings& settings, const SearchSpace& space, Direction direction,
            std::uint64_t seed) -> Algorithm {
             const auto count = [&](const char* name) {
                 return static_cast<std::size_t>(
                     valueOf(searchAlgorithm(settings.algorithm).settings, settings.settings, name));
             };
             return std::make_unique<EvolutionSearch>(space, direction, seed, count("population"),
                                                      count("sample"));
         },
         {{"population", "How many of the latest trials may have descendants.", Setting::Kind::Integer, 20, 2,
           10'000},
          {"sample", "Of how many drawn trials the best is changed.", Setting::Kind::Integer, 5, 1, 10'000}}},
        {"grid",
         "Grid",
         "every combination, `points` on each continuous range",
         [](const SearchSettings& settings, const SearchSpace& space, Direction, std::uint64_t) -> Algorithm {
             return std::make_unique<GridSearch>(space, *gridPoints(settings));
         },
         {{"points", "Grid points on each continuous range.", Setting::Kind::Integer, 5, 1, mostPoints}},
         Source::Grid},
        {"list",
         "List",
         "`configurations`, in order",
         [](const SearchSettings& settings, const SearchSpace& space, Direction, std::uint64_t) -> Algorithm {
             return std::make_unique<ListSearch>(space, settings.configurations);
         },
         {},
         Source::List},
        {"external",
         "External",
         "another program, which `command` starts: the client of the ask/tell protocol is here",
         nullptr,
         {{"timeout", "Seconds that the program may take to answer.", Setting::Kind::Integer, 300, 1,
           86'400}},
         Source::Program},
    };
}

/// The ids of those that search any space, as a sentence lists them.
std::string unrestricted()
{
    std::string text;
    for (const AlgorithmDescription& algorithm : searchAlgorithms())
        if (algorithm.takesChoices && algorithm.takesConditions && algorithm.source == Source::Space)
            text += (text.empty() ? "" : ", ") + algorithm.id;
    if (const auto last = text.rfind(", "); last != std::string::npos)
        text.replace(last, 2, " or ");
    return text;
}

} // namespace

const std::vector<AlgorithmDescription>& searchAlgorithms()
{
    static const std::vector<AlgorithmDescription> algorithms = table();
    return algorithms;
}

const std::vector<std::string>& searchAlgorithmIds()
{
    static const std::vector<std::string> ids = idsOf(searchAlgorithms());
    return ids;
}

const AlgorithmDescription& searchAlgorithm(std::string_view id)
{
    return described(searchAlgorithms(), id, "search.algorithm: unknown algorithm");
}

std::vector<Setting> settingsBeside(const AlgorithmDescription& algorithm)
{
    return settingsBeside(algorithm, searchAlgorithms());
}

bool endsByItself(const SearchSettings& settings)
{
    const Source source = searchAlgorithm(settings.algorithm).source;
    return source == Source::Grid || source == Source::List;
}

std::optional<std::uint64_t> configurationCount(const SearchSettings& settings, const SearchSpace& space)
{
    if (isListed(settings))
        return settings.configurations.size();
    if (const std::optional<int> points = gridPoints(settings))
        return gridSize(space, *points);
    return std::nullopt;
}

std::optional<int> gridPoints(const SearchSettings& settings)
{
    const AlgorithmDescription& algorithm = searchAlgorithm(settings.algorithm);
    if (algorithm.source != Source::Grid)
        return std::nullopt;
    return static_cast<int>(valueOf(algorithm.settings, settings.settings, "points"));
}

bool isListed(const SearchSettings& settings)
{
    return searchAlgorithm(settings.algorithm).source == Source::List;
}

bool isExternal(const SearchSettings& settings)
{
    return searchAlgorithm(settings.algorithm).source == Source::Program;
}

std::string whyNotSearched(const AlgorithmDescription& algorithm, const SearchSpace& space)
{
    for (const Parameter* parameter : space.varied()) {
        const std::string remedy =
            "; choose " + unrestricted() + ", or make " + parameter->name + " a fixed value";
        if (!algorithm.takesChoices && std::holds_alternative<Choices>(parameter->domain))
            return algorithm.id + " searches numbers, and " + parameter->name + " is one of several choices" +
                   remedy;
        if (!algorithm.takesConditions && parameter->when)
            return algorithm.id + " searches parameters that always exist, and " + parameter->name +
                   " depends on " + parameter->when->parameter + remedy;
    }
    return {};
}

std::unique_ptr<SearchAlgorithm> makeSearchAlgorithm(const SearchSettings& settings, const SearchSpace& space,
                                                     Direction direction, std::uint64_t seed,
                                                     ExternalProgram program)
{
    const std::vector<SpaceProblem> problems = space.problems();
    if (!problems.empty())
        throw std::invalid_argument("space." + problems.front().parameter + "." + problems.front().field +
                                    ": " + problems.front().message);
    const AlgorithmDescription& algorithm = searchAlgorithm(settings.algorithm);
    checkSettings("search", algorithm.settings, settings.settings);
    if (const std::string problem = whyNotSearched(algorithm, space); !problem.empty())
        throw std::invalid_argument("search.algorithm: " + problem);
    if (isExternal(settings) && !program.conversation)
        throw std::invalid_argument("search.algorithm: only a driver starts the program of an external "
                                    "search; take another algorithm "
                                    "here, as random");
    std::unique_ptr<SearchAlgorithm> search =
        isExternal(settings) ? std::make_unique<ExternalSearch>(space, direction, seed, std::move(program))
                             : algorithm.make(settings, space, direction, seed);
    if (settings.earlier && !settings.earlier->empty() && !endsByItself(settings))
        search = std::make_unique<WarmStartedSearch>(space, direction, *settings.earlier,
                                                     settings.configurations.size(), std::move(search));
    if (search->learns())
        search = std::make_unique<ChangedSpace>(space, std::move(search));
    if (endsByItself(settings) || settings.configurations.empty())
        return search;
    return std::make_unique<EnqueuedSearch>(ListSearch(space, settings.configurations), std::move(search));
}

} // namespace widthwise
