// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/plan_checks.h"

#include "core/experiment/trial_settings.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

/// Zero where the setting is not there or no whole number, of which the trainer will tell.
std::int64_t wholeNumber(const nlohmann::json& settings, const char* key)
{
    const auto found = settings.find(key);
    const bool sound = found != settings.end() && found->is_number() &&
                       std::abs(found->get<double>()) <= 9e15; // as in core/trainer/settings.cpp
    return sound ? found->get<std::int64_t>() : 0;
}

constexpr std::int64_t usualHeads = 8; // core/models/settings.h

} // namespace

std::pair<std::int64_t, std::string> widthUnit(const Experiment& base, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(base.trial.program))
        return {1, {}};
    const auto settings = nlohmann::json::parse(trialSettings(base, configuration));
    if (const auto model = settings.find("model"); model != settings.end() && *model == "mlp")
        return {1, {}};
    if (const std::int64_t headWidth = wholeNumber(settings, "head_width"); headWidth > 0)
        return {headWidth, "head_width"};
    const std::int64_t heads = wholeNumber(settings, "heads");
    return {heads > 0 ? heads : usualHeads, "heads"};
}

void checkWidths(const Experiment& base, const Configuration& configuration,
                 std::span<const std::int64_t> widths)
{
    const auto [unit, name] = widthUnit(base, configuration);
    for (const std::int64_t width : widths) {
        if (width < 1)
            throw std::invalid_argument("width " + std::to_string(width) + ": expected at least 1");
        if (width % unit == 0)
            continue;
        const std::string said = std::to_string(unit);
        throw std::invalid_argument("width " + std::to_string(width) + " is not a multiple of " + name +
                                    " = " + said + ": choose multiples of " + said + ", or another " + name +
                                    " in the experiment");
    }
}

void checkParametrizations(std::span<const std::string> names)
{
    for (const std::string& name : names)
        if (name != "sp" && name != "mup" && name != "mup-table-3")
            throw std::invalid_argument("parametrization: expected sp, mup or mup-table-3, got \"" + name +
                                        '"');
}

} // namespace widthwise
