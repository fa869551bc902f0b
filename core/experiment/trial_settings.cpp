// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trial_settings.h"

#include <nlohmann/json.hpp>

namespace widthwise {

std::string trialSettings(const Experiment& experiment, const Configuration& configuration, int indent)
{
    using Json = nlohmann::ordered_json;
    Json settings = Json::object();
    if (const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program);
        trainer && !trainer->settings.empty())
        settings = Json::parse(trainer->settings);
    settings.update(Json::parse(toJson(configuration)));
    return settings.dump(indent);
}

} // namespace widthwise
