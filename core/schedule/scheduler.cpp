// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/scheduler.h"

#include "core/schedule/median_rule.h"
#include "core/space/nearest.h"

#include <stdexcept>

namespace widthwise {

namespace {

class NoScheduler final : public Scheduler {
public:
    Decision judge(const History&, std::size_t) override { return Decision::Continue; }
};

} // namespace

const std::vector<std::string>& schedulers()
{
    static const std::vector<std::string> names{"none", "median"};
    return names;
}

std::unique_ptr<Scheduler> makeScheduler(const SchedulerSettings& settings, Direction direction)
{
    if (settings.type == "none")
        return std::make_unique<NoScheduler>();
    if (settings.type == "median")
        return std::make_unique<MedianRule>(settings, direction);
    throw std::invalid_argument("schedule.type: unknown scheduler \"" + settings.type + "\"" +
                                suggestion(settings.type, schedulers()));
}

} // namespace widthwise
