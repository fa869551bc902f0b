// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/error.h"
#include "core/trainer/jet_layout.h"
#include "core/trainer/jet_sample.h"

#include <yaml-cpp/yaml.h>

#include <cmath>

namespace widthwise::trainer {

namespace {

using Variables = std::vector<Normalization::Variable>;

Variables measure(const std::vector<float>& values, const std::vector<std::string>& names)
{
    Variables result;
    for (std::size_t column = 0; column < names.size(); ++column) {
        double count = 0;
        double mean = 0;
        double squares = 0; // of the distance to the mean (Welford)
        for (std::size_t i = column; i < values.size(); i += names.size()) {
            if (const double x = values[i]; std::isfinite(x)) {
                const double distance = x - mean;
                mean += distance / ++count;
                squares += distance * (x - mean);
            }
        }
        const double deviation = std::sqrt(squares / std::max(count, 1.0));
        if (!(deviation > 0)) {
            throw InputError("the variable \"" + names[column] +
                             "\" has the same value everywhere in the training jets: leave it out");
        }
        result.push_back({mean, deviation});
    }
    return result;
}

double readNumber(const YAML::Node& entry, const char* key, const std::string& place)
{
    double value = NAN;
    if (!entry.IsMap() || !entry[key] || !YAML::convert<double>::decode(entry[key], value) ||
        !std::isfinite(value)) {
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
        const YAML::Node group = root.IsMap() ? root[dataset] : YAML::Node();
        if (!group.IsMap() || !group[name]) {
            throw InputError(place + " is missing");
        }
        const double mean = readNumber(group[name], "mean", place);
        const double deviation = readNumber(group[name], "std", place);
        if (!(deviation > 0)) {
            throw InputError(place + ": std must be above 0");
        }
        result.push_back({mean, deviation});
    }
    return result;
}

std::size_t apply(std::vector<float>& values, const Variables& variables)
{
    std::size_t lost = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& variable = variables[i % variables.size()];
        if (std::isfinite(values[i])) {
            values[i] = static_cast<float>((values[i] - variable.mean) / variable.deviation);
        } else {
            values[i] = 0;
            ++lost;
        }
    }
    return lost;
}

} // namespace

Normalization measureNormalization(const JetSample& sample)
{
    return {measure(sample.jets, sample.jetVariables), measure(sample.tracks, sample.trackVariables)};
}

Normalization readNormalization(const std::string& path, const JetSample& sample)
{
    try {
        const YAML::Node root = YAML::LoadFile(path);
        return {readVariables(root, jetsDataset, sample.jetVariables, path),
                readVariables(root, sample.tracksDataset.c_str(), sample.trackVariables, path)};
    } catch (const YAML::BadFile&) {
        throw InputError(path + ": cannot be read");
    } catch (const YAML::ParserException& error) {
        throw InputError(path + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
    }
}

std::size_t normalize(JetSample& sample, const Normalization& normalization)
{
    return apply(sample.jets, normalization.jets) + apply(sample.tracks, normalization.tracks);
}

} // namespace widthwise::trainer
