// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/width_cost.h"

#include "core/experiment/trial_settings.h"
#include "core/models/families.h"
#include "core/models/parameter_layout.h"
#include "core/models/readable_settings.h"
#include "core/study/study_columns.h"

namespace widthwise {

std::optional<WidthCost> widthCost(const Experiment& experiment, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return std::nullopt;
    const trainer::Settings settings = trainer::readableSettings(trialSettings(experiment, configuration));
    const trainer::FamilyFacts& family = trainer::factsOf(settings);
    const trainer::DataSizes sizes = family.usualSizes(settings);
    return WidthCost{double(trainer::parameterCount(family.parameters(settings, sizes))),
                     family.operations(settings, sizes, family.usualTokens())};
}

std::optional<double> stepTimeRatio(const Experiment& narrow, const Configuration& narrowConfiguration,
                                    const Experiment& wide, const Configuration& wideConfiguration)
{
    const auto before = widthCost(narrow, narrowConfiguration);
    const auto after = widthCost(wide, wideConfiguration);
    if (before && after)
        return after->operations / before->operations;
    const auto from = studyColumns(narrow, narrowConfiguration).width;
    const auto to = studyColumns(wide, wideConfiguration).width;
    if (!from || !to || *from < 1)
        return std::nullopt;
    const double ratio = double(*to) / double(*from);
    return ratio * ratio;
}

} // namespace widthwise
