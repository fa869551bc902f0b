// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise {

namespace {

struct Known {
    double value;
    std::size_t place;
    bool failed;
};

/// The better half of what is kept, and of the others as many over all ranks; in their order.
std::vector<Known> chosen(std::vector<Known> known, std::size_t most)
{
    if (known.size() <= most)
        return known;
    std::ranges::sort(known, {}, [](const Known& one) { return std::pair(one.value, one.place); });
    std::vector<Known> result(known.begin(), known.begin() + std::ptrdiff_t(most / 2));
    const std::size_t others = known.size() - most / 2, places = most - most / 2;
    for (std::size_t i = 0; i < places; ++i)
        result.push_back(known[most / 2 + i * others / places]);
    std::ranges::sort(result, {}, &Known::place);
    return result;
}

double quantile(const std::vector<double>& sorted, double share)
{
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

/// Values far above the median say no more than that they are bad: they are cut there.
void standardize(Evidence& evidence)
{
    std::vector<double> ended;
    for (std::size_t i = 0; i < evidence.values.size(); ++i)
        if (evidence.failed[i] == 0)
            ended.push_back(evidence.values[i]);
    std::ranges::sort(ended);
    const double middle = quantile(ended, 0.5), low = ended.front();
    const double cut = std::max(quantile(ended, 0.75), middle + 2 * (middle - low));
    const double worst = std::min(ended.back(), cut);
    for (std::size_t i = 0; i < evidence.values.size(); ++i)
        evidence.values[i] = evidence.failed[i] != 0 ? worst : std::min(evidence.values[i], cut);
    const auto count = static_cast<double>(evidence.values.size());
    double mean = 0, square = 0;
    for (const double value : evidence.values)
        mean += value / count;
    for (const double value : evidence.values)
        square += (value - mean) * (value - mean) / count;
    const double deviation = square > 0 ? std::sqrt(square) : 1;
    for (double& value : evidence.values)
        value = (value - mean) / deviation;
    evidence.best = (low - mean) / deviation;
}

} // namespace

Evidence evidenceOf(const History& history, const std::vector<std::vector<double>>& points, double sign,
                    std::size_t most)
{
    Evidence evidence;
    std::vector<Known> known;
    for (std::size_t i = 0; i < history.lessons(); ++i) {
        const PastTrial& trial = history.lesson(i);
        if (trial.state == PastTrial::State::Ended)
            known.push_back({sign * *trial.value, i, false});
        else if (trial.state == PastTrial::State::Failed)
            known.push_back({std::numeric_limits<double>::infinity(), i, true});
        else if (trial.isOpen())
            evidence.open.push_back(points[i]);
    }
    if (evidence.open.size() > most)
        evidence.open.erase(evidence.open.begin(), evidence.open.end() - std::ptrdiff_t(most));
    for (const Known& one : chosen(std::move(known), most)) {
        evidence.failures += one.failed;
        evidence.points.push_back(points[one.place]);
        evidence.values.push_back(one.failed ? 0 : one.value);
        evidence.failed.push_back(one.failed);
    }
    if (evidence.failures < evidence.points.size())
        standardize(evidence);
    return evidence;
}

} // namespace widthwise
