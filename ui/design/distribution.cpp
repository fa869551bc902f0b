// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/distribution.h"

#include "core/search/algorithms.h"
#include "ui/design/grid_count.h"
#include "ui/design/value_list.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace widthwise::ui {

namespace {

constexpr int histogramBins = 32;
constexpr int mostBars = 24; ///< with more values than this, a histogram

/// All values of the domain where they are few.
std::vector<Value> fewValues(const Domain& domain)
{
    const auto* range = std::get_if<FloatRange>(&domain);
    const bool continuous = range != nullptr && !range->step;
    if (continuous || gridCount(domain, mostBars + 1) > mostBars)
        return {};
    return gridValues(domain, mostBars + 1);
}

template <class Range>
void describe(const Range& range, Distribution& distribution)
{
    distribution.logarithmic = range.scale == Scale::Log;
    distribution.low = valueToText(range.low);
    distribution.high = valueToText(range.high);
    if (!distribution.logarithmic || range.low <= 0 || range.high <= range.low)
        return;
    const double low = std::log10(static_cast<double>(range.low));
    const double high = std::log10(static_cast<double>(range.high));
    for (double decade = std::ceil(low); decade <= high; ++decade)
        distribution.decades.push_back((decade - low) / (high - low));
}

std::vector<Distribution::Bar> emptyBars(std::size_t count)
{
    std::vector<Distribution::Bar> bars(count);
    const auto share = 1.0 / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        bars[i].from = static_cast<double>(i) * share;
        bars[i].to = static_cast<double>(i + 1) * share;
    }
    return bars;
}

/// The space without the parameters that have problems, and without those that depend on them.
SearchSpace soundPart(SearchSpace space)
{
    for (auto problems = space.problems(); !problems.empty(); problems = space.problems()) {
        std::vector<Parameter> sound = space.parameters();
        std::erase_if(sound, [&](const Parameter& parameter) {
            return std::any_of(problems.begin(), problems.end(), [&](const SpaceProblem& problem) {
                return problem.parameter == parameter.name;
            });
        });
        if (sound.size() == space.parameters().size())
            return SearchSpace();
        space = SearchSpace(std::move(sound));
    }
    return space;
}

} // namespace

std::vector<Configuration> sampleConfigurations(const Experiment& experiment, int count)
{
    std::vector<Configuration> samples;
    const SearchSpace space = soundPart(experiment.space);
    if (const auto points = gridPoints(experiment.search); points && !isSmallGrid(space, *points))
        return samples;
    const SearchSettings settings = isExternal(experiment.search) ? SearchSettings() : experiment.search;
    try {
        const auto search =
            makeSearchAlgorithm(settings, space, experiment.objective.direction, experiment.seed);
        for (History history; std::ssize(history) < count;) {
            Proposal proposal = search->propose(history);
            auto* configuration = std::get_if<Configuration>(&proposal);
            if (configuration == nullptr)
                break;
            history.emplace_back().configuration = *configuration;
            samples.push_back(std::move(*configuration));
        }
    } catch (const std::invalid_argument&) { // a search that cannot be made has no samples; the problem list
                                             // says why
    }
    return samples;
}

Distribution distributionOf(const Parameter& parameter, const std::vector<Configuration>& samples)
{
    Distribution distribution;
    distribution.samples = static_cast<int>(samples.size());
    const std::vector<Value> few = fewValues(parameter.domain);
    distribution.discrete = !few.empty();
    distribution.bars = emptyBars(distribution.discrete ? few.size() : histogramBins);
    if (const auto* reals = std::get_if<FloatRange>(&parameter.domain))
        describe(*reals, distribution);
    else if (const auto* integers = std::get_if<IntegerRange>(&parameter.domain))
        describe(*integers, distribution);
    for (std::size_t i = 0; i < few.size(); ++i)
        distribution.bars[i].label = valueToText(few[i]);

    for (const Configuration& sample : samples) {
        const Value* value = sample.find(parameter.name);
        if (value == nullptr)
            continue;
        ++distribution.active;
        const auto found = std::find(few.begin(), few.end(), *value);
        const double position = positionOf(parameter.domain, *value);
        const auto bin = std::clamp(static_cast<std::ptrdiff_t>(position * histogramBins), std::ptrdiff_t{0},
                                    std::ptrdiff_t{histogramBins - 1});
        const std::ptrdiff_t bar = distribution.discrete ? found - few.begin() : bin;
        if (bar < std::ssize(distribution.bars))
            ++distribution.bars[static_cast<std::size_t>(bar)].count;
    }
    return distribution;
}

} // namespace widthwise::ui
