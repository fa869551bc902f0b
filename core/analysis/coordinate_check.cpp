// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/check_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace widthwise {
namespace {

/// Numbers names in the order in which they first occur.
class Order {
public:
    std::size_t operator()(const std::string& name)
    {
        const auto [place, isNew] = m_places.try_emplace(name, m_names.size());
        if (isNew)
            m_names.push_back(name);
        return place->second;
    }
    const std::vector<std::string>& names() const { return m_names; }

private:
    std::map<std::string, std::size_t> m_places;
    std::vector<std::string> m_names;
};

using Trial = std::tuple<std::string, std::int64_t, std::int64_t>; ///< parametrization, width, seed
using Place = std::tuple<std::size_t, std::size_t, std::int64_t>;  ///< parametrization, layer, t

struct Points {
    SamplesOfSeeds samples;
    std::set<std::int64_t> widths;
    int zeros = 0;
};

/// When each trial that diverged first said so, by its loss or by a value that is not finite. What its
/// layers put out then still tells how they grew; what comes after does not.
std::map<Trial, std::int64_t> divergences(const CheckRecords& records)
{
    std::map<Trial, std::int64_t> result;
    const auto add = [&](const auto& record) {
        const Trial trial(record.parametrization, record.width, record.seed);
        std::int64_t& t = result.try_emplace(trial, record.t).first->second;
        t = std::min(t, record.t);
    };
    for (const CoordinateRecord& record : records.coordinates)
        if (!std::isfinite(record.l1))
            add(record);
    std::map<Trial, const LossRecord*> firsts;
    for (const LossRecord& record : records.losses) {
        const LossRecord*& first = firsts[{record.parametrization, record.width, record.seed}];
        if (!first || record.t < first->t)
            first = &record;
    }
    for (const LossRecord& record : records.losses) {
        const double first = firsts.at({record.parametrization, record.width, record.seed})->loss;
        if (!std::isfinite(record.loss) || (first > 0 && record.loss > divergedLoss * first))
            add(record);
    }
    return result;
}

/// What layers of one kind and step share: the mean variance of a point, and how many there are.
struct Pool {
    double sum = 0;
    int layers = 0;
};
using Pools = std::map<std::tuple<std::size_t, LayerKind, std::int64_t>, Pool>;

void bound(LayerSlope& slope, const Line& line, const Pool& pool)
{
    constexpr int mostShared = 4;
    if (line.degreesOfFreedom <= 0)
        return;
    const int shared = std::min(mostShared, pool.layers - 1);
    slope.degreesOfFreedom = line.degreesOfFreedom + shared;
    const double variance = (line.squares + shared * pool.sum / pool.layers) / slope.degreesOfFreedom;
    slope.standardError = std::sqrt(line.inverseSpread * variance);
    slope.slope = bounded(line, variance, slope.degreesOfFreedom);
}

void markDiverged(std::vector<LayerSlope>& slopes, const std::map<Trial, std::int64_t>& diverged)
{
    for (LayerSlope& slope : slopes)
        for (const auto& [trial, t] : diverged) { // widths rise within a parametrization
            if (std::get<0>(trial) == slope.parametrization && t <= slope.t) {
                slope.divergedAt = std::get<1>(trial);
                break;
            }
        }
}

std::vector<LayerSlope> slopesOf(const std::map<Place, Points>& places, const Order& parametrizations,
                                 const Order& layers, const CheckedModel& model)
{
    const std::vector<LayerKind> kinds = layerKinds(layers.names(), model.kinds);
    std::vector<Line> lines;
    Pools pools;
    for (const auto& [place, points] : places) {
        const auto& [parametrization, layer, t] = place;
        const Line& line = lines.emplace_back(lineThrough(points.samples));
        if (line.degreesOfFreedom > 0) {
            Pool& pool = pools[{parametrization, kinds[layer], t}];
            pool.sum += line.variance();
            ++pool.layers;
        }
    }
    std::vector<LayerSlope> slopes;
    for (auto line = lines.begin(); const auto& [place, points] : places) {
        const auto& [parametrization, layer, t] = place;
        LayerSlope& slope = slopes.emplace_back();
        slope.parametrization = parametrizations.names()[parametrization];
        slope.layer = layers.names()[layer];
        slope.kind = kinds[layer];
        slope.t = t;
        slope.slope.value = line->slope;
        slope.widths = static_cast<int>(points.widths.size());
        for (const auto& [seed, samples] : points.samples)
            slope.trials += static_cast<int>(samples.size());
        const auto start = places.find({parametrization, layer, 1});
        slope.startsAtZero = start != places.end() && start->second.zeros > 0;
        bound(slope, *line++, pools[{parametrization, kinds[layer], t}]);
    }
    return slopes;
}

std::string_view lastPartOf(std::string_view layer)
{
    return layer.substr(layer.rfind('.') + 1);
}

bool isQueryKey(std::string_view layer)
{
    return layer.find("attention.logits") != layer.npos;
}

bool isFedByReadout(std::string_view layer)
{
    constexpr std::string_view starts[] = {"pool.", "jets.", "origin.", "vertex."};
    return layer.find("logits") != layer.npos ||
           std::ranges::any_of(starts, [&](auto start) { return layer.starts_with(start); });
}

bool isCalledLikeReadout(std::string_view layer)
{
    constexpr std::string_view names[] = {"logits", "output", "head", "lm_head", "classifier", "decoder"};
    return layer.find("attention") == layer.npos &&
           std::ranges::find(names, lastPartOf(layer)) != std::end(names);
}

} // namespace

std::vector<LayerKind> layerKinds(std::span<const std::string> layers,
                                  const std::map<std::string, LayerKind>& known)
{
    const auto isReadout = [](const std::string& layer) { return layer.find("readout") != layer.npos; };
    const bool isNamed = std::ranges::any_of(layers, isReadout);
    const auto guessed = [&](const std::string& layer) {
        return isQueryKey(layer)            ? LayerKind::QueryKey
               : isNamed                    ? (isReadout(layer)        ? LayerKind::Readout
                                               : isFedByReadout(layer) ? LayerKind::BehindReadout
                                                                       : LayerKind::Hidden)
               : isCalledLikeReadout(layer) ? LayerKind::Readout
               : isFedByReadout(layer)      ? LayerKind::BehindReadout
                                            : LayerKind::Hidden;
    };
    std::vector<LayerKind> kinds;
    for (const std::string& layer : layers) {
        const auto found = known.find(layer);
        kinds.push_back(found != known.end() ? found->second : guessed(layer));
    }
    return kinds;
}

std::vector<LayerSlope> layerSlopes(const CheckRecords& records)
{
    const std::map<Trial, std::int64_t> diverged = divergences(records);
    Order parametrizations;
    Order layers;
    std::map<Place, Points> places;
    for (const CoordinateRecord& record : records.coordinates) {
        const Place place(parametrizations(record.parametrization), layers(record.layer), record.t);
        Points& points = places[place];
        const auto end = diverged.find({record.parametrization, record.width, record.seed});
        if (!std::isfinite(record.l1) || (end != diverged.end() && record.t > end->second))
            continue;
        if (record.l1 > 0) {
            points.samples[record.seed].push_back(
                {std::log2(static_cast<double>(record.width)), std::log2(record.l1)});
            points.widths.insert(record.width);
        } else {
            ++points.zeros;
        }
    }
    std::vector<LayerSlope> slopes = slopesOf(places, parametrizations, layers, records.model);
    markDiverged(slopes, diverged);
    return slopes;
}

} // namespace widthwise
