// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/explain.h"

#include "app/trainer/arguments.h"
#include "app/trainer/configuration.h"
#include "core/models/parameter_layout.h"
#include "core/trainer/families/registry.h"

#include <nlohmann/json.hpp>

#include <iomanip>
#include <iostream>
#include <numeric>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

Json describe(const Family& family, const Settings& settings, const std::vector<ParameterSpec>& parameters)
{
    Json tensors = Json::array();
    for (const ParameterSpec& spec : parameters) {
        const Scaling scaling =
            scalingOf(settings.parametrization, settings.optimizer, spec, settings.ablate);
        tensors.push_back({{"name", spec.name},
                           {"role", roleName(spec.role)},
                           {"shape", spec.shape},
                           {"fan_in", spec.fanIn},
                           {"fan_out", spec.fanOut},
                           {"initial_deviation", scaling.initialDeviation},
                           {"multiplier", scaling.multiplier},
                           {"max_lr_at_base", settings.maxLr},
                           {"max_lr", settings.maxLr * scaling.learningRate},
                           {"weight_decay", settings.weightDecay * scaling.weightDecay},
                           {"epsilon", settings.epsilon * scaling.epsilon},
                           {"gradient_norm", scaling.gradientNorm}});
    }
    const std::optional<double> attention = family.facts().attentionFactor(settings);
    return {{"parameters", parameterCount(parameters)},
            {"width", settings.width},
            {"base_width", settings.baseWidth},
            {"attention_scale", attention ? Json(*attention) : Json()},
            {"tensors", tensors}};
}

void print(const Json& json)
{
    std::cout << json["parameters"] << " parameters at width " << json["width"] << ", base width "
              << json["base_width"] << "\n";
    if (!json["attention_scale"].is_null()) {
        std::cout << "query·key is multiplied by " << json["attention_scale"].get<double>() << "\n";
    }
    std::cout << "\n"
              << std::left << std::setw(36) << "tensor" << std::setw(8) << "role" << std::setw(14) << "shape"
              << std::right << std::setw(7) << "fan-in" << std::setw(9) << "fan-out" << std::setw(12)
              << "initial σ" << std::setw(13) << "multiplier" << std::setw(12) << "η at base" << std::setw(12)
              << "η here\n";
    std::cout << std::setprecision(4);
    for (const Json& tensor : json["tensors"]) {
        std::cout << std::left << std::setw(36) << tensor["name"].get<std::string>() << std::setw(8)
                  << tensor["role"].get<std::string>() << std::setw(14) << tensor["shape"].dump()
                  << std::right << std::setw(7) << tensor["fan_in"].dump() << std::setw(9)
                  << tensor["fan_out"].dump() << std::setw(11) << tensor["initial_deviation"].get<double>()
                  << std::setw(13) << tensor["multiplier"].get<double>() << std::setw(11)
                  << tensor["max_lr_at_base"].get<double>() << std::setw(11) << tensor["max_lr"].get<double>()
                  << "\n";
    }
}

} // namespace

void runExplain(const std::vector<std::string>& words)
{
    const Arguments arguments(words, {"--config"}, {"--json"});
    const std::string config = arguments.text("--config");
    const Settings settings = readSettings(config);
    const Family& family = familyOf(settings);
    const DataSizes sizes = family.sizes(settings, dataDirectory(config));
    const Json json = describe(family, settings, family.facts().parameters(settings, sizes));
    if (arguments.has("--json")) {
        std::cout << json.dump(2) << "\n";
    } else {
        print(json);
    }
}

} // namespace widthwise::trainer
