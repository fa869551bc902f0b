// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/scheduler.h"

#include "core/schedule/asha.h"
#include "core/schedule/halving.h"
#include "core/schedule/median_rule.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace widthwise {

namespace {

class NoScheduler final : public Scheduler {
public:
    NoScheduler() : Scheduler(RungPlan()) {}

    Judgement judge(const History&, std::size_t) override { return {}; }
    Due next(const History&, bool mayStart) override { return startIf(mayStart); }
};

/// One bracket with all trials that there may be; without a limit as many as leave one at the highest rung.
std::vector<Bracket> oneBracket(const SchedulerSettings& settings, const SchedulingTask& task)
{
    const double all = std::pow(settings.eta, task.plan.highest());
    return {{task.trials.value_or(static_cast<int>(std::min(all, 1e6))), 0}};
}

} // namespace

Due startIf(bool mayStart)
{
    return mayStart ? Due(StartTrial{}) : Due(NothingDue{});
}

const std::vector<std::string>& schedulers()
{
    static const std::vector<std::string> names{"none",          "median",  "asha",
                                                "asha-stopping", "halving", "hyperband"};
    return names;
}

bool hasRungs(const SchedulerSettings& settings)
{
    return settings.type != "none" && settings.type != "median";
}

std::unique_ptr<Scheduler> makeScheduler(const SchedulerSettings& settings, const SchedulingTask& task)
{
    if (settings.type == "none")
        return std::make_unique<NoScheduler>();
    if (settings.type == "median")
        return std::make_unique<MedianRule>(settings, task.direction);
    if (settings.type == "asha")
        return std::make_unique<PromotingAsha>(settings, task);
    if (settings.type == "asha-stopping")
        return std::make_unique<StoppingAsha>(settings, task);
    if (settings.type == "halving")
        return std::make_unique<Halving>(settings, task, oneBracket(settings, task));
    if (settings.type == "hyperband")
        return std::make_unique<Halving>(settings, task, hyperbandBrackets(task.plan.rungs, settings.eta));
    throw std::invalid_argument("schedule.type: unknown scheduler \"" + settings.type + "\"" +
                                suggestion(settings.type, schedulers()));
}

} // namespace widthwise
