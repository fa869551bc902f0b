// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/element_scaling.h"

#include "core/trainer/error.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

struct ElementKind {
    const char* name;
    std::span<const std::string_view> columns;
};
constexpr std::array<ElementKind, elementTypeCount> kinds{
    {{"track", std::span(trackColumns)}, {"cluster", std::span(clusterColumns)}}};

} // namespace

void writeElementScaling(const std::string& path, const ElementScaling& scaling)
{
    Json json = Json::object();
    for (std::size_t type = 0; type < elementTypeCount; ++type) {
        for (std::size_t column = 0; column < elementColumnCount; ++column) {
            const ElementScaling::Column& by = scaling.types[type][column];
            json[kinds[type].name][std::string(kinds[type].columns[column])] = {{"mean", by.mean},
                                                                                {"deviation", by.deviation}};
        }
    }
    std::ofstream file(path);
    file << json.dump(2) << "\n";
    if (!file.flush()) {
        throw InputError(path + ": cannot be written");
    }
}

ElementScaling readElementScaling(const std::string& path)
{
    std::ifstream file(path);
    if (!file) {
        throw InputError(path + ": cannot be read: it lies beside the checkpoint of a training");
    }
    const Json json = Json::parse(file, nullptr, false);
    ElementScaling scaling;
    for (std::size_t type = 0; type < elementTypeCount; ++type) {
        for (std::size_t column = 0; column < elementColumnCount; ++column) {
            const auto place = Json::json_pointer("/" + std::string(kinds[type].name) + "/" +
                                                  std::string(kinds[type].columns[column]));
            const Json numbers = json.is_object() ? json.value(place, Json()) : Json();
            const auto number = [&](const char* key) {
                if (!numbers.is_object() || !numbers.contains(key) || !numbers[key].is_number()) {
                    throw InputError(path + ": " + key + " of \"" + std::string(kinds[type].columns[column]) +
                                     "\" of a " + kinds[type].name + " is missing or no number");
                }
                return numbers[key].get<double>();
            };
            scaling.types[type][column] = {number("mean"), number("deviation")};
            if (!(scaling.types[type][column].deviation > 0)) {
                throw InputError(path + ": deviation of \"" + std::string(kinds[type].columns[column]) +
                                 "\" of a " + kinds[type].name + " is not positive");
            }
        }
    }
    return scaling;
}

} // namespace widthwise::trainer
