// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/plan_checks.h"

#include "core/experiment/trial_settings.h"
#include "core/models/families.h"
#include "core/models/readable_settings.h"

namespace widthwise {

std::pair<std::int64_t, std::string> widthUnit(const Experiment& base, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(base.trial.program))
        return {1, {}};
    const trainer::Settings settings = trainer::readableSettings(trialSettings(base, configuration));
    const trainer::WidthUnit unit = trainer::factsOf(settings).widthUnit(settings);
    return {unit.unit, unit.setting};
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
