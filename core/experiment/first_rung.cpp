// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/first_rung.h"

#include "core/experiment/rungs.h"
#include "core/experiment/trial_settings.h"
#include "core/models/readable_settings.h"
#include "core/schedule/schedulers.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

std::int64_t warmupEnd(const Experiment& experiment, std::int64_t length)
{
    const SearchSpace& space = experiment.space;
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program) ||
        isVaried(space, "warmup_steps") || isVaried(space, "warmup_fraction") || isVaried(space, "schedule"))
        return 0;
    const trainer::Settings settings =
        trainer::readableSettings(trialSettings(experiment, commonValues(space)));
    if (settings.schedule == trainer::ScheduleKind::Constant)
        return 0;
    return settings.warmupSteps > 0
               ? settings.warmupSteps
               : static_cast<std::int64_t>(std::ceil(settings.warmupFraction * static_cast<double>(length)));
}

std::optional<std::int64_t> suggestedFirstRung(const Experiment& experiment)
{
    const SchedulerDescription& scheduler = schedulerOf(experiment.schedule.type);
    const std::int64_t length = runLength(experiment);
    if (!scheduler.hasRungs || experiment.fidelity || length == 0)
        return std::nullopt;
    const double share = scheduler.copies ? 10 : std::pow(settingOf(experiment.schedule, "eta"), 3);
    const std::int64_t step =
        std::max({std::int64_t{1}, warmupEnd(experiment, length),
                  static_cast<std::int64_t>(std::llround(static_cast<double>(length) / share))});
    return step < length ? std::optional(step) : std::nullopt;
}

} // namespace widthwise
