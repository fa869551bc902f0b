// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_study.h"

#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/study/ask_tell_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

std::uint64_t seedIn(const Json& request)
{
    const Json& seed = field(request, "seed");
    if (seed.is_null())
        return 0;
    if (seed.is_number_unsigned())
        return seed.get<std::uint64_t>();
    return static_cast<std::uint64_t>(integerOf(seed, "seed"));
}

Direction directionIn(const Json& request)
{
    const Json& direction = field(request, "direction");
    const std::string text = direction.is_null() ? "minimize" : textOf(direction, "direction");
    if (text != "minimize" && text != "maximize")
        refuse("direction", "expected minimize or maximize, got \"" + text + '"');
    return text == "minimize" ? Direction::Minimize : Direction::Maximize;
}

/// The sampler with those of its settings that the client names; it may name more than there are.
SearchSettings searchIn(const Json& request)
{
    SearchSettings settings;
    const Json& algorithm = field(request, "algorithm");
    if (const Json& sampler = field(algorithm, "sampler"); !sampler.is_null())
        settings.algorithm = textOf(sampler, "algorithm.sampler");
    for (const Setting& setting : searchAlgorithm(settings.algorithm).settings)
        if (const Json& value = field(algorithm, setting.name.c_str()); !value.is_null())
            settings.settings[setting.name] = numberOf(value, "algorithm." + setting.name);
    return settings;
}

/// The protocol's names of some schedulers, where a plain asha is the one that stops.
std::string schedulerNamed(const std::string& name)
{
    if (name == "sha")
        return "halving";
    if (name == "asha")
        return "asha-stopping";
    return name == "asha_promotion" ? "asha" : name;
}

/// The scheduler with those of its settings that the client names; `min_step` is the step of the lowest rung.
SchedulerSettings scheduleIn(const Json& request)
{
    SchedulerSettings settings;
    const Json& algorithm = field(request, "algorithm");
    if (const Json& scheduler = field(algorithm, "scheduler"); !scheduler.is_null())
        settings.type = schedulerNamed(textOf(scheduler, "algorithm.scheduler"));
    for (const Setting& setting : schedulerOf(settings.type).settings)
        if (const Json& value = field(algorithm, setting.name.c_str()); !value.is_null())
            settings.settings[setting.name] = numberOf(value, "algorithm." + setting.name);
    checkSettings("algorithm", schedulerOf(settings.type).settings, settings.settings);
    if (const std::string why = whyNothingIsCopied(settings, INT64_MAX); !why.empty())
        refuse("algorithm", why);
    return settings;
}

/// Of a full trial, where trials report.
std::optional<std::int64_t> lastStepIn(const Json& request)
{
    const Json& fidelity = field(request, "fidelity");
    if (fidelity.is_null())
        return std::nullopt;
    const std::int64_t last = integerOf(field(fidelity, "max"), "fidelity.max");
    const Json& first = field(fidelity, "min");
    const std::int64_t least = first.is_null() ? 1 : integerOf(first, "fidelity.min");
    if (last < std::max<std::int64_t>(1, least))
        refuse("fidelity.max", "expected at least " + std::to_string(std::max<std::int64_t>(1, least)) +
                                   ", got " + std::to_string(last));
    return last;
}

/// Where the client names none. What decides as trials come, and sees few of them at a time, is misled most
/// by early values. A population is compared ten times.
std::int64_t lowestRung(const SchedulerSettings& settings, std::int64_t first, std::int64_t last)
{
    if (schedulerOf(settings.type).copies)
        return std::max(first, last / 10);
    const double eta = settingOf(settings, "eta");
    return schedulerOf(settings.type).needsAll
               ? first
               : std::max(first, static_cast<std::int64_t>(static_cast<double>(last) / (eta * eta)));
}

RungPlan planIn(const Json& request, const SchedulerSettings& settings, std::optional<std::int64_t> last)
{
    if (!schedulerOf(settings.type).hasRungs)
        return {};
    if (!last)
        refuse("algorithm.scheduler", settings.type + " compares trials at steps: give a fidelity");
    const Json& asked = field(field(request, "algorithm"), "min_step");
    const Json& first = field(field(request, "fidelity"), "min");
    const std::int64_t lowest = asked.is_null()
                                    ? lowestRung(settings, integerOf(first, "fidelity.min"), *last)
                                    : integerOf(asked, "algorithm.min_step");
    const RungPlan plan = schedulerOf(settings.type).copies
                              ? evenRungs(lowest, *last)
                              : rungsOfOneRun(lowest, *last, settingOf(settings, "eta"));
    if (!plan.isOfOneRun() && asked.is_null())
        refuse("fidelity", "there is no rung between its min and its max");
    if (!plan.isOfOneRun())
        refuse("algorithm.min_step", "expected 1 to " + std::to_string(*last - 1) + ", and at most " +
                                         std::to_string(mostRungs) + " comparisons of a population");
    return plan;
}

} // namespace

/// A trial has one value a step, and the one of the last step counts.
AskTellStudy studyIn(const Json& request)
{
    AskTellStudy study{.search = searchIn(request), .schedule = scheduleIn(request)};
    study.lastStep = lastStepIn(request);
    study.task = {.plan = planIn(request, study.schedule, study.lastStep),
                  .direction = directionIn(request),
                  .value = ObjectiveValue::Last,
                  .seed = seedIn(request)};
    return study;
}

} // namespace widthwise
