// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_study.h"

#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/space/nearest.h"
#include "core/study/ask_tell_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* lowestKey = "min_step";

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

/// The protocol's names of some schedulers, where a plain asha is the one that stops.
std::string schedulerNamed(const std::string& name)
{
    if (name == "sha")
        return "halving";
    if (name == "asha")
        return "asha-stopping";
    return name == "asha_promotion" ? "asha" : name;
}

bool isOneOf(const std::vector<std::string>& ids, const std::string& name)
{
    return std::ranges::find(ids, name) != ids.end();
}

/// The steps of the experiment file's schedulers are told otherwise here.
bool isOfFiles(const Setting& setting)
{
    return setting.name == "min_steps" || setting.name == "max_steps";
}

/// What `algorithm` may name.
std::vector<std::string> algorithmKeys()
{
    std::vector<std::string> keys{"sampler", "scheduler", lowestKey};
    const auto add = [&keys](const auto& descriptions) {
        for (const auto& description : descriptions)
            for (const Setting& setting : description.settings)
                if (!isOfFiles(setting))
                    keys.push_back(setting.name);
    };
    add(searchAlgorithms());
    add(schedulers());
    return keys;
}

/// The object `algorithm`, also where the request gives a name alone. Refuses what no algorithm and no
/// scheduler has; what only others have is passed over.
Json algorithmIn(const Json& request)
{
    const Json& algorithm = field(request, "algorithm");
    if (algorithm.is_null())
        return Json::object();
    if (algorithm.is_string()) {
        const std::string name = algorithm.get<std::string>();
        const bool isScheduler =
            !isOneOf(searchAlgorithmIds(), name) && isOneOf(schedulerIds(), schedulerNamed(name));
        return {{isScheduler ? "scheduler" : "sampler", name}};
    }
    if (!algorithm.is_object())
        refuse("algorithm", "expected an object with sampler and scheduler, or the name of one");
    const std::vector<std::string> keys = algorithmKeys();
    for (const auto& [key, value] : algorithm.items())
        if (!isOneOf(keys, key))
            refuse("algorithm." + key, "no sampler and no scheduler has it" + suggestion(key, keys));
    return algorithm;
}

SettingValues valuesIn(const Json& algorithm, const std::vector<Setting>& settings)
{
    SettingValues values;
    for (const Setting& setting : settings)
        if (const Json& value = field(algorithm, setting.name.c_str()); !value.is_null())
            values[setting.name] = numberOf(value, "algorithm." + setting.name);
    checkSettings("algorithm", settings, values);
    return values;
}

SearchSettings searchIn(const Json& algorithm)
{
    SearchSettings settings;
    if (const Json& sampler = field(algorithm, "sampler"); !sampler.is_null())
        settings.algorithm = textOf(sampler, "algorithm.sampler");
    if (!isOneOf(searchAlgorithmIds(), settings.algorithm))
        refuse("algorithm.sampler", "unknown sampler \"" + settings.algorithm + '"' +
                                        suggestion(settings.algorithm, searchAlgorithmIds()));
    settings.settings = valuesIn(algorithm, searchAlgorithm(settings.algorithm).settings);
    return settings;
}

SchedulerSettings scheduleIn(const Json& algorithm)
{
    SchedulerSettings settings;
    if (const Json& scheduler = field(algorithm, "scheduler"); !scheduler.is_null())
        settings.type = schedulerNamed(textOf(scheduler, "algorithm.scheduler"));
    if (!isOneOf(schedulerIds(), settings.type))
        refuse("algorithm.scheduler",
               "unknown scheduler \"" + settings.type + '"' + suggestion(settings.type, schedulerIds()));
    settings.settings = valuesIn(algorithm, schedulerOf(settings.type).settings);
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

std::int64_t stepBelow(const Json& json, const std::string& place, std::int64_t last)
{
    const std::int64_t step = integerOf(json, place);
    if (step < 1 || step >= last)
        refuse(place, "expected 1 to " + std::to_string(last - 1) + ", below the max of the fidelity, got " +
                          std::to_string(step));
    return step;
}

RungPlan planIn(const Json& fidelity, const Json& algorithm, const SchedulerSettings& settings,
                std::optional<std::int64_t> last)
{
    if (!schedulerOf(settings.type).hasRungs)
        return {};
    if (!last)
        refuse("algorithm.scheduler", settings.type + " compares trials at steps: give a fidelity");
    if (*last < 2)
        refuse("fidelity.max", "expected at least 2, as there is no rung below " + std::to_string(*last));
    const std::string place = std::string("algorithm.") + lowestKey;
    const Json& asked = field(algorithm, lowestKey);
    const std::int64_t lowest =
        asked.is_null()
            ? lowestRung(settings, stepBelow(field(fidelity, "min"), "fidelity.min", *last), *last)
            : stepBelow(asked, place, *last);
    const RungPlan plan = schedulerOf(settings.type).copies
                              ? evenRungs(lowest, *last)
                              : rungsOfOneRun(lowest, *last, settingOf(settings, "eta"));
    if (!plan.isOfOneRun())
        refuse(place, "a population is compared at most " + std::to_string(mostRungs) +
                          " times in a run, got " + std::to_string(*last / lowest));
    return plan;
}

} // namespace

/// A trial has one value a step, and the one of the last step counts.
AskTellStudy studyIn(const Json& request)
{
    const Json algorithm = algorithmIn(request);
    AskTellStudy study{.search = searchIn(algorithm), .schedule = scheduleIn(algorithm)};
    study.lastStep = lastStepIn(request);
    study.task = {.plan = planIn(field(request, "fidelity"), algorithm, study.schedule, study.lastStep),
                  .direction = directionIn(request),
                  .value = ObjectiveValue::Last,
                  .seed = seedIn(request)};
    return study;
}

} // namespace widthwise
