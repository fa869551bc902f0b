// SPDX-License-Identifier: GPL-3.0-or-later
#include "recorded_check.h"

#include "core/models/families.h"
#include "core/trainer/engine/training.h"
#include "core/trainer/families/registry.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace widthwise::bench {
namespace {

/// A line of metrics.jsonl; `NaN` and the infinities are no JSON, and become null.
nlohmann::json lineOf(std::string text)
{
    for (const char* word : {"-Infinity", "Infinity", "NaN"})
        for (std::size_t at; (at = text.find(word)) != std::string::npos;)
            text.replace(at, std::string_view(word).size(), "null");
    return nlohmann::json::parse(text);
}

std::string parametrizationOf(const trainer::Settings& settings)
{
    switch (settings.parametrization) {
    case trainer::Parametrization::Standard:
        return "sp";
    case trainer::Parametrization::Maximal:
        return "mup";
    case trainer::Parametrization::MaximalTable3:
        return "mup-table-3";
    }
    return {};
}

void readMetrics(const std::string& path, const trainer::Settings& settings, CheckRecords& check)
{
    constexpr std::string_view prefix = "coordinate/";
    constexpr std::string_view suffix = "/l1";
    const std::string parametrization = parametrizationOf(settings);
    std::ifstream file(path);
    for (std::string text; std::getline(file, text);) {
        const nlohmann::json line = lineOf(text);
        const auto t = line.at("step").get<std::int64_t>();
        for (const auto& [name, number] : line.at("metrics").items()) {
            const double value = number.is_null() ? std::nan("") : number.get<double>();
            if (name == "train/loss")
                check.losses.push_back({parametrization, settings.width, settings.seed, t, value});
            else if (name.starts_with(prefix) && name.ends_with(suffix))
                check.coordinates.push_back(
                    {parametrization, settings.width, settings.seed, t,
                     name.substr(prefix.size(), name.size() - prefix.size() - suffix.size()), value});
        }
    }
}

} // namespace

CheckRecords recordedCheck(trainer::Settings settings, const std::vector<std::int64_t>& widths,
                           const std::vector<std::int64_t>& seeds, const std::string& folder)
{
    CheckRecords check;
    check.model = {.headsGrow = trainer::factsOf(settings).headsGrow(settings),
                   .readoutBias = false,
                   .sgd = settings.optimizer == trainer::OptimizerKind::Sgd};
    const std::string trial = folder + "/trial";
    for (const std::int64_t seed : seeds) {
        for (const std::int64_t width : widths) {
            std::filesystem::create_directory(trial);
            settings.seed = seed;
            settings.width = width;
            std::ostringstream said;
            trainer::train(trainer::familyOf(settings), {settings, trial, folder, {}}, said, said);
            readMetrics(trial + "/metrics.jsonl", settings, check);
            std::filesystem::remove_all(trial);
        }
    }
    return check;
}

} // namespace widthwise::bench
