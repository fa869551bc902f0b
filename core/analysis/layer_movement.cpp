// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/check_parts.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

namespace widthwise {
namespace {

using Trial = std::pair<std::int64_t, std::int64_t>; ///< seed, width
using Records = std::vector<const CoordinateRecord*>;

double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

Records hiddenRecords(const CheckRecords& records, const std::string& parametrization)
{
    std::set<std::string> names;
    for (const CoordinateRecord& record : records.coordinates)
        names.insert(record.layer);
    const std::vector<std::string> layers(names.begin(), names.end());
    const std::vector<LayerKind> kinds = layerKinds(layers, records.model.kinds);
    Records hidden;
    for (const CoordinateRecord& record : records.coordinates) {
        const auto place = std::ranges::lower_bound(layers, record.layer) - layers.begin();
        if (record.parametrization == parametrization && record.l1 > 0 && std::isfinite(record.l1) &&
            kinds[static_cast<std::size_t>(place)] == LayerKind::Hidden)
            hidden.push_back(&record);
    }
    return hidden;
}

/// Of each trial whose layers changed at all.
std::map<Trial, double> sizes(const Records& records)
{
    using LayerOfTrial = std::pair<Trial, std::string>;
    std::map<LayerOfTrial, const CoordinateRecord*> initial;
    for (const CoordinateRecord* record : records) {
        const CoordinateRecord*& first = initial[{{record->seed, record->width}, record->layer}];
        if (!first || record->t < first->t)
            first = record;
    }
    std::map<Trial, std::pair<double, int>> squares;
    for (const CoordinateRecord* record : records) {
        const Trial trial(record->seed, record->width);
        const CoordinateRecord* first = initial.at({trial, record->layer});
        if (record == first)
            continue;
        const double change = std::log2(record->l1 / first->l1);
        squares[trial].first += change * change;
        ++squares[trial].second;
    }
    std::map<Trial, double> result;
    for (const auto& [trial, sum] : squares)
        if (sum.first > 0)
            result[trial] = std::sqrt(sum.first / sum.second);
    return result;
}

} // namespace

Line lineThrough(const SamplesOfSeeds& seeds)
{
    std::vector<Sample> all; // each relative to the mean of its seed
    for (const auto& [seed, samples] : seeds) {
        Sample mean;
        for (const Sample& sample : samples) {
            mean.x += sample.x / static_cast<double>(samples.size());
            mean.y += sample.y / static_cast<double>(samples.size());
        }
        for (const Sample& sample : samples)
            all.push_back({sample.x - mean.x, sample.y - mean.y});
    }
    const auto fit = all.empty() ? std::nullopt : fitPolynomial(all, 1);
    if (!fit)
        return {};
    return {fit->coefficients[1], fit->covariance[1][1], fit->squares,
            static_cast<int>(std::ssize(all) - std::ssize(seeds)) - 1};
}

Estimate bounded(const Line& line, double variance, int degreesOfFreedom)
{
    const double error = student95(degreesOfFreedom) * std::sqrt(line.inverseSpread * variance);
    return {line.slope, line.slope - error, line.slope + error};
}

Movement movementOf(const CheckRecords& records, const std::string& parametrization)
{
    Movement movement;
    std::vector<double> all;
    SamplesOfSeeds samples;
    for (const auto& [trial, size] : sizes(hiddenRecords(records, parametrization))) {
        all.push_back(size);
        samples[trial.first].push_back({std::log2(static_cast<double>(trial.second)), std::log2(size)});
    }
    if (all.empty())
        return movement;
    movement.size = medianOf(std::move(all));
    const Line line = lineThrough(samples);
    movement.growth.value = line.slope;
    if (line.degreesOfFreedom > 0)
        movement.growth = bounded(line, line.variance(), line.degreesOfFreedom);
    return movement;
}

} // namespace widthwise
