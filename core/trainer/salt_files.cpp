// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/salt_files.h"

#include "core/trainer/error.h"
#include "core/trainer/jet_layout.h"

#include <yaml-cpp/yaml.h>

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
    std::ofstream file(path);
    if (!(file << yaml.c_str() << std::endl)) {
        throw InputError(path + ": cannot be written");
    }
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
