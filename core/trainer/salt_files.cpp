// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/salt_files.h"

#include "core/models/jet_layout.h"
#include "core/trainer/error.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

namespace widthwise::trainer {

namespace {

using Variables = std::vector<Normalization::Variable>;

YAML::Node load(const std::string& path)
{
    try {
        return YAML::LoadFile(path);
    } catch (const YAML::BadFile&) {
        throw InputError(path + ": cannot be read");
    } catch (const YAML::ParserException& error) {
        throw InputError(path + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
    }
}

/// `map[key]`, or null where there is none: yaml-cpp's own answer throws when it is asked for its kind.
YAML::Node childOf(const YAML::Node& map, const std::string& key)
{
    return map.IsMap() && map[key].IsDefined() ? map[key] : YAML::Node();
}

double readNumber(const YAML::Node& entry, const char* key, const std::string& place)
{
    double value = NAN;
    if (!YAML::convert<double>::decode(childOf(entry, key), value) || !std::isfinite(value)) {
        throw InputError(place + ": " + key + " is missing or not a finite number");
    }
    return value;
}

Variables readVariables(const YAML::Node& root, const char* dataset, const std::vector<std::string>& names,
                        const std::string& path)
{
    Variables result;
    for (const std::string& name : names) {
        const std::string place = path + ": " + dataset + "." + name;
        const YAML::Node entry = childOf(childOf(root, dataset), name);
        if (entry.IsNull()) {
            throw InputError(place + " is missing");
        }
        const double mean = readNumber(entry, "mean", place);
        const double deviation = readNumber(entry, "std", place);
        if (!(deviation > 0)) {
            throw InputError(place + ": std must be above 0");
        }
        result.push_back({mean, deviation});
    }
    return result;
}

void emit(YAML::Emitter& yaml, const std::string& dataset, const Variables& variables,
          const std::vector<std::string>& names)
{
    yaml << YAML::Key << dataset << YAML::Value << YAML::BeginMap;
    for (std::size_t i = 0; i < names.size(); ++i) {
        yaml << YAML::Key << names[i] << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key << "mean"
             << YAML::Value << variables[i].mean << YAML::Key << "std" << YAML::Value
             << variables[i].deviation << YAML::EndMap;
    }
    yaml << YAML::EndMap;
}

/// The most frequent class weighs 1; one that does not occur 0.
std::vector<double> weightsOf(const std::vector<std::size_t>& counts)
{
    constexpr double steps = 100; // of a weight of 1
    const auto most = static_cast<double>(*std::ranges::max_element(counts));
    std::vector<double> weights;
    for (const std::size_t count : counts) {
        weights.push_back(count > 0 ? std::round(steps * most / static_cast<double>(count)) / steps : 0);
    }
    return weights;
}

void emit(YAML::Emitter& yaml, const std::string& dataset, const std::string& label,
          const std::vector<std::size_t>& counts)
{
    yaml << YAML::Key << dataset << YAML::Value << YAML::BeginMap << YAML::Key << label << YAML::Value
         << YAML::Flow << weightsOf(counts) << YAML::EndMap;
}

void save(const YAML::Emitter& yaml, const std::string& path)
{
    std::ofstream file(path);
    if (!(file << yaml.c_str() << std::endl)) {
        throw InputError(path + ": cannot be written");
    }
}

} // namespace

Normalization readNormDict(const std::string& path, const JetSample& description)
{
    const YAML::Node root = load(path);
    return {readVariables(root, jetsDataset, description.jetVariables, path),
            readVariables(root, description.tracksDataset.c_str(), description.trackVariables, path)};
}

void writeNormDict(const std::string& path, const Normalization& normalization, const JetSample& description)
{
    YAML::Emitter yaml;
    yaml.SetDoublePrecision(std::numeric_limits<double>::max_digits10);
    yaml << YAML::BeginMap;
    emit(yaml, jetsDataset, normalization.jets, description.jetVariables);
    emit(yaml, description.tracksDataset, normalization.tracks, description.trackVariables);
    yaml << YAML::EndMap;
    save(yaml, path);
}

void writeClassDict(const std::string& path, const ClassCounts& counts, const JetSample& description,
                    const std::vector<std::string>& flavours)
{
    std::vector<std::size_t> ofFlavours(flavours.size());
    for (std::size_t i = 0; i < description.classes.size(); ++i) {
        const auto flavour = std::ranges::find(flavours, description.classes[i]) - flavours.begin();
        ofFlavours[static_cast<std::size_t>(flavour)] = counts.jets[i];
    }
    YAML::Emitter yaml;
    yaml << YAML::BeginMap;
    emit(yaml, jetsDataset, flavourLabelField, ofFlavours);
    if (!counts.origins.empty()) {
        const TrackNames& names =
            description.tracksDataset == tutorialTracks.dataset ? tutorialTracks : atlasTracks;
        emit(yaml, names.dataset, names.origin, counts.origins);
    }
    yaml << YAML::EndMap;
    save(yaml, path);
}

std::vector<double> readClassDict(const std::string& path, const std::string& dataset,
                                  const std::string& label, std::size_t count)
{
    const YAML::Node list = childOf(childOf(load(path), dataset), label);
    if (list.IsNull()) {
        return {};
    }
    std::vector<double> weights;
    for (const YAML::Node& entry : list) {
        double weight = NAN;
        YAML::convert<double>::decode(entry, weight);
        weights.push_back(weight);
    }
    const bool areWeights =
        std::ranges::all_of(weights, [](double weight) { return std::isfinite(weight) && weight >= 0; });
    if (weights.size() != count || !areWeights) {
        throw InputError(path + ": " + dataset + "." + label + ": expected " + std::to_string(count) +
                         " numbers of at least 0, one for each class");
    }
    return weights;
}

} // namespace widthwise::trainer
