// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedulers.h"

#include "core/schedule/asha.h"
#include "core/schedule/halving.h"
#include "core/schedule/median_rule.h"
#include "core/schedule/population.h"
#include "core/search/described.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

using Made = std::unique_ptr<Scheduler>;
constexpr double mostSteps = 1e12;

class NoScheduler final : public Scheduler {
public:
    NoScheduler() : Scheduler(RungPlan()) {}

    Judgement judge(const History&, std::size_t) override { return {}; }
    Due next(const History&, bool mayStart) override { return startIf(mayStart); }
};

/// One bracket with all trials that there may be; without a limit as many as leave one at the highest rung.
std::vector<Bracket> oneBracket(const SchedulerSettings& settings, const SchedulingTask& task)
{
    const double all = std::pow(settingOf(settings, "eta"), task.plan.highest());
    return {{task.trials.value_or(static_cast<int>(std::min(all, 1e6))), 0}};
}

std::vector<Setting> rungSettings()
{
    using Kind = Setting::Kind;
    return {
        {"min_steps", "The step of the lowest rung; needed, but for a fidelity.", Kind::Integer, 0, 1,
         mostSteps},
        {"max_steps", "The steps of a whole run; needed where the trainer's settings do not say them.",
         Kind::Integer, 0, 1, mostSteps},
        {"eta", "One trial in so many goes on from a rung.", Kind::Real, 3, 1.1, 100},
        {"run_on",
         "The share of trials that run to their end in any case, to measure how well a rung predicts it.",
         Kind::Real, 0.1, 0, 1},
        {"least_chance",
         "A trial whose reports, extrapolated to the end, beat the best with less than this probability is "
         "not trained further; 0: any is.",
         Kind::Real, 0.05, 0, 0.5}};
}

std::vector<Setting> populationSettings()
{
    using Kind = Setting::Kind;
    return {{"min_steps", "The steps between two comparisons; needed.", Kind::Integer, 0, 1, mostSteps},
            {"max_steps", "The steps of a whole run; needed where the trainer's settings do not say them.",
             Kind::Integer, 0, 1, mostSteps},
            {"population", "How many trials train side by side.", Kind::Integer, 20, 2, 10'000},
            {"truncation", "The share of a population that ends at a comparison, and that is copied.",
             Kind::Real, 0.2, 0, 0.5},
            {"resample", "The probability with which a copy gets any value of a parameter, not one beside.",
             Kind::Real, 0.25, 0, 1}};
}

std::vector<SchedulerDescription> table()
{
    return {
        {"none", "None", "every trial runs to its end",
         [](const SchedulerSettings&, const SchedulingTask&) -> Made {
             return std::make_unique<NoScheduler>();
         }},
        {"median",
         "Median",
         "stops a trial whose best value so far is worse than the median of the others' running averages",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<MedianRule>(settings, task.direction);
         },
         {{"grace_steps", "No trial is stopped before this step.", Setting::Kind::Integer, 0, 0, mostSteps},
          {"min_trials", "How many other trials must have reported at a step before one is stopped there.",
           Setting::Kind::Integer, 3, 1, 1e9}}},
        {"asha", "ASHA",
         "pauses each trial at its rung; a free place goes to the best that waits if it is among the best "
         "1/`eta` there, "
         "else to a new trial",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<PromotingAsha>(settings, task);
         },
         rungSettings(), true, false, true},
        {"asha-stopping", "ASHA, stopping",
         "stops a trial at a rung for good unless it is among the best 1/`eta` there",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<StoppingAsha>(settings, task);
         },
         rungSettings(), true},
        {"halving", "Successive halving",
         "pauses all trials at a rung, and the best 1/`eta` of them go on to the next",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<Halving>(settings, task, oneBracket(settings, task));
         },
         rungSettings(), true, true, true},
        {"hyperband", "Hyperband",
         "successive halving in brackets, from many trials that start at the lowest rung to a few that run "
         "to their end",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<Halving>(settings, task,
                                              hyperbandBrackets(task.plan.rungs, settingOf(settings, "eta")));
         },
         rungSettings(), true, true, true},
        {"pbt", "Population-based training",
         "every `min_steps` the worst fifth of a population ends, and copies of the best fifth go on from "
         "their checkpoints with other hyperparameters",
         [](const SchedulerSettings& settings, const SchedulingTask& task) -> Made {
             return std::make_unique<Population>(settings, task);
         },
         populationSettings(), true, false, true, true},
    };
}

} // namespace

Due startIf(bool mayStart)
{
    return mayStart ? Due(StartTrial{}) : Due(NothingDue{});
}

const std::vector<SchedulerDescription>& schedulers()
{
    static const std::vector<SchedulerDescription> all = table();
    return all;
}

const std::vector<std::string>& schedulerIds()
{
    static const std::vector<std::string> ids = idsOf(schedulers());
    return ids;
}

const SchedulerDescription& schedulerOf(std::string_view id)
{
    return described(schedulers(), id, "schedule.type: unknown scheduler");
}

bool readsReports(const SchedulerSettings& settings)
{
    return settings.type != SchedulerSettings().type;
}

std::string whyNothingIsCopied(const SchedulerSettings& settings, std::int64_t trials)
{
    if (!schedulerOf(settings.type).copies)
        return {};
    const double share = settingOf(settings, "truncation");
    const auto size = static_cast<std::int64_t>(settingOf(settings, "population"));
    const auto members = static_cast<double>(std::min(size, trials));
    if (share * members >= 1)
        return {};
    std::string remedy = "more trials";
    if (share > 0)
        remedy = "at least " + toText(Value(static_cast<std::int64_t>(std::ceil(1 / share)))) + " trials";
    if (members > 1)
        remedy += ", or a truncation of at least " + toText(Value(std::ceil(100 / members) / 100));
    return settings.type + " replaces the worst by copies of the best, and of " +
           toText(Value(static_cast<std::int64_t>(members))) + (members == 1 ? " trial" : " trials") +
           " a share of " + toText(Value(share)) + " is none: take " + remedy;
}

std::vector<Setting> settingsBeside(const SchedulerDescription& scheduler)
{
    return settingsBeside(scheduler, schedulers());
}

double settingOf(const SchedulerSettings& settings, std::string_view name)
{
    return valueOf(schedulerOf(settings.type).settings, settings.settings, name);
}

std::unique_ptr<Scheduler> makeScheduler(const SchedulerSettings& settings, const SchedulingTask& task)
{
    const SchedulerDescription& scheduler = schedulerOf(settings.type);
    checkSettings("schedule", scheduler.settings, settings.settings);
    return scheduler.make(settings, task);
}

} // namespace widthwise
