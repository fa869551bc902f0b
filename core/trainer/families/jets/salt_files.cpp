// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/salt_files.h"

#include "core/models/jet_layout.h"
#include "core/space/nearest.h"
#include "core/trainer/error.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace widthwise::trainer {

namespace {

using Variables = std::vector<Normalization::Variable>;

YAML::Node load(const std::string& path)
{
    if (std::filesystem::is_directory(path)) {
        throw InputError(path + ": is a folder: name a YAML file");
    }
    try {
        YAML::Node root = YAML::LoadFile(path);
        if (!root.IsMap()) {
            throw InputError(path + (root.IsNull() ? ": is empty: " : ": ") +
                             "expected a mapping of datasets, as in {jets: {…}, tracks: {…}}");
        }
        return root;
    } catch (const YAML::BadFile&) {
        throw InputError(path + ": cannot be read");
    } catch (const YAML::Exception& error) {
        throw InputError(path + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
    }
}

/// `map[key]` of the mapping at `place` (`norm.yaml: jets`). Throws InputError where there is none, or two.
YAML::Node childOf(const YAML::Node& map, const std::string& key, const std::string& place)
{
    const std::string child = place + (place.find(": ") == std::string::npos ? ": " : ".") + key;
    if (!map.IsMap()) {
        throw InputError(place + ": expected a mapping");
    }
    YAML::Node found(YAML::NodeType::Undefined);
    std::vector<std::string> keys;
    for (const auto& entry : map) {
        keys.push_back(entry.first.IsScalar() ? entry.first.Scalar() : std::string());
        if (keys.back() == key) {
            if (found.IsDefined()) {
                throw InputError(child + " appears twice");
            }
            found.reset(entry.second);
        }
    }
    if (!found.IsDefined() || found.IsNull()) {
        throw InputError(child + (found.IsDefined() ? " is empty" : " is missing" + suggestion(key, keys)));
    }
    return found;
}

double readNumber(const YAML::Node& entry, const char* key, const std::string& place)
{
    double value = NAN;
    if (!YAML::convert<double>::decode(childOf(entry, key, place), value) || !std::isfinite(value)) {
        throw InputError(place + "." + key + " is not a finite number");
    }
    return value;
}

Variables readVariables(const YAML::Node& root, const char* dataset, const std::vector<std::string>& names,
                        const std::string& path)
{
    Variables result;
    for (const std::string& name : names) {
        const std::string place = path + ": " + dataset + "." + name;
        const YAML::Node entry = childOf(childOf(root, dataset, path), name, path + ": " + dataset);
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
    const std::string place = path + ": " + dataset;
    const YAML::Node list = childOf(childOf(load(path), dataset, path), label, place);
    std::vector<double> weights;
    for (std::size_t i = 0; list.IsSequence() && i < list.size(); ++i) {
        double weight = NAN;
        if (!YAML::convert<double>::decode(list[i], weight)) {
            throw InputError(place + "." + label + ": class " + std::to_string(i) + " has no number");
        }
        weights.push_back(weight);
    }
    const bool areWeights =
        std::ranges::all_of(weights, [](double weight) { return std::isfinite(weight) && weight >= 0; }) &&
        std::ranges::any_of(weights, [](double weight) { return weight > 0; });
    if (weights.size() != count || !areWeights) {
        throw InputError(place + "." + label + ": expected " + std::to_string(count) +
                         " numbers of at least 0, one for each class, and not all 0");
    }
    return weights;
}

} // namespace widthwise::trainer
