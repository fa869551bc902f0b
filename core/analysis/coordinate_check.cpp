// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/coordinate_check.h"

#include "core/analysis/least_squares.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace widthwise {
namespace {

constexpr std::int64_t firstJudged = 3;

/// Numbers names in the order in which they first occur.
class Order {
public:
    std::size_t operator()(const std::string& name)
    {
        return m_places.try_emplace(name, m_places.size()).first->second;
    }

private:
    std::map<std::string, std::size_t> m_places;
};

using Trial = std::tuple<std::size_t, std::int64_t, std::int64_t>; ///< parametrization, width, seed
using Place = std::tuple<std::size_t, std::size_t, std::int64_t>;  ///< parametrization, layer, t

struct Points {
    const CoordinateRecord* first = nullptr;
    std::map<std::int64_t, std::vector<Sample>> samples; ///< of each seed
    std::set<std::int64_t> widths;
};

/// All samples, each relative to the mean of its seed.
std::vector<Sample> withinSeeds(const Points& points)
{
    std::vector<Sample> all;
    for (const auto& [seed, samples] : points.samples) {
        Sample mean;
        for (const Sample& sample : samples) {
            mean.x += sample.x / static_cast<double>(samples.size());
            mean.y += sample.y / static_cast<double>(samples.size());
        }
        for (const Sample& sample : samples)
            all.push_back({sample.x - mean.x, sample.y - mean.y});
    }
    return all;
}

LayerSlope slopeOf(const Points& points)
{
    const std::vector<Sample> samples = withinSeeds(points);
    LayerSlope slope{.parametrization = points.first->parametrization,
                     .layer = points.first->layer,
                     .t = points.first->t,
                     .slope = {},
                     .widths = static_cast<int>(points.widths.size()),
                     .trials = static_cast<int>(samples.size()),
                     .judged = points.first->t >= firstJudged,
                     .narrowest = points.widths.empty() ? 0 : *points.widths.begin()};
    if (points.widths.size() < 2)
        return slope;
    const std::optional<Polynomial> line = fitPolynomial(samples, 1);
    if (!line)
        return slope; // no seed has two widths
    slope.slope.value = line->coefficients[1];
    if (const int free = slope.trials - static_cast<int>(points.samples.size()) - 1; free > 0) {
        const double error = student95(free) * std::sqrt(line->covariance[1][1] * line->squares / free);
        slope.slope.low = slope.slope.value - error;
        slope.slope.high = slope.slope.value + error;
    }
    return slope;
}

/// The t at which each trial that diverged first had a value that is not finite.
std::map<Trial, std::int64_t> divergences(std::span<const CoordinateRecord> records, Order parametrizations)
{
    std::map<Trial, std::int64_t> result;
    for (const CoordinateRecord& record : records) {
        if (std::isfinite(record.l1))
            continue;
        const Trial trial(parametrizations(record.parametrization), record.width, record.seed);
        std::int64_t& t = result.try_emplace(trial, record.t).first->second;
        t = std::min(t, record.t);
    }
    return result;
}

} // namespace

std::vector<LayerSlope> layerSlopes(std::span<const CoordinateRecord> records)
{
    Order parametrizations;
    Order layers;
    std::map<Place, Points> places;
    for (const CoordinateRecord& record : records) {
        const Place place(parametrizations(record.parametrization), layers(record.layer), record.t);
        Points& points = places[place];
        points.first = &record;
        if (std::isfinite(record.l1) && record.l1 > 0) {
            points.samples[record.seed].push_back(
                {std::log2(static_cast<double>(record.width)), std::log2(record.l1)});
            points.widths.insert(record.width);
        }
    }

    const std::map<Trial, std::int64_t> diverged = divergences(records, parametrizations);
    std::vector<LayerSlope> slopes;
    for (const auto& [place, points] : places) {
        LayerSlope& slope = slopes.emplace_back(slopeOf(points));
        for (const auto& [trial, t] : diverged) { // widths rise within a parametrization
            if (std::get<0>(trial) == std::get<0>(place) && t <= slope.t) {
                slope.divergedAt = std::get<1>(trial);
                break;
            }
        }
    }
    return slopes;
}

bool isQueryKey(std::string_view layer)
{
    return layer.find("attention.logits") != std::string_view::npos;
}

bool isBehindReadout(std::string_view layer)
{
    if (isQueryKey(layer))
        return false;
    constexpr std::string_view inside[] = {"readout", "logits"};
    constexpr std::string_view atStart[] = {"pool.", "jets.", "origin.", "vertex."};
    return std::ranges::any_of(inside, [&](auto part) { return layer.find(part) != layer.npos; }) ||
           std::ranges::any_of(atStart, [&](auto part) { return layer.starts_with(part); });
}

} // namespace widthwise
