// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/json_text.h"

#include "app/ctl/text.h"
#include "core/experiment/checkpoints.h"
#include "core/experiment/experiment_change.h"
#include "core/experiment/progress.h"

#include <nlohmann/json.hpp>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

void put(Json& object, const char* key, const std::string& text)
{
    if (!text.empty())
        object[key] = text;
}

void put(Json& object, const char* key, const std::optional<TimePoint>& time)
{
    if (time)
        object[key] = isoTimeText(*time);
}

template <typename Number>
void put(Json& object, const char* key, const std::optional<Number>& number)
{
    if (number)
        object[key] = *number;
}

Json trialObject(const Trial& trial, TimePoint now)
{
    Json object{{"number", trial.number}, {"state", toText(trial.state)}, {"attempt", trial.attempt}};
    object["configuration"] = Json::parse(toJson(trial.configuration));
    put(object, "objective", trial.objective);
    put(object, "objective_step", trial.objectiveStep);
    put(object, "last_step", trial.lastStep);
    object["created"] = isoTimeText(trial.created);
    put(object, "queued", trial.queued);
    put(object, "started", trial.started);
    put(object, "finished", trial.finished);
    object["seconds"] = duration(trial, now).count();
    put(object, "checkpoint_bytes", trial.checkpointBytes);
    if (trial.checkpointDropped)
        object["checkpoint_dropped"] = true;
    put(object, "device", trial.device);
    put(object, "reason", trial.reason);
    for (const Notice& notice : trial.notices)
        object["notices"].push_back(
            {{"kind", toText(notice.kind)}, {"count", notice.count}, {"text", toText(notice)}});
    return object;
}

Json copyObject(const Origin& origin, TimePoint now)
{
    const MirrorRecord& mirror = origin.mirror;
    Json object{{"host", mirror.remote.host}, {"name", origin.name}, {"attached", isAttached(mirror, now)}};
    put(object, "store", mirror.remote.file);
    put(object, "last_contact", mirror.lastContact);
    put(object, "problem", mirror.problem);
    return object;
}

Json countsObject(const Overview& overview)
{
    Json object = Json::object();
    const StateCounts counts = overview.counts();
    for (std::size_t state = 0; state < counts.size(); ++state)
        if (counts[state] > 0)
            object[std::string(toText(static_cast<TrialState>(state)))] = counts[state];
    return object;
}

Json linkObject(const SiteLink& link)
{
    Json object{{"state", toText(link.state)}, {"since", isoTimeText(link.since)}};
    put(object, "reason", link.reason);
    put(object, "next_try", link.nextTry);
    put(object, "last_contact", link.lastContact);
    return object;
}

Json driverObject(const Overview& overview)
{
    const DriverInfo& driver = *overview.driver;
    Json object{{"alive", overview.isDriven()},
                {"lost", overview.isDriverLost()},
                {"host", driver.host},
                {"pid", driver.pid},
                {"heartbeat", isoTimeText(driver.heartbeat)}};
    put(object, "notice", driver.notice);
    put(object, "site", driver.place.host);
    if (driver.link)
        object["link"] = linkObject(*driver.link);
    return object;
}

Json experimentObject(const Overview& overview)
{
    const ExperimentRecord& record = overview.record;
    Json object{{"name", record.name}, {"state", toText(record.state)}};
    put(object, "reason", record.reason);
    object["created"] = isoTimeText(record.created);
    put(object, "started", record.started);
    put(object, "finished", record.finished);
    object["directory"] = record.baseDirectory;
    for (const RecordedChange& change : changesFromJson(record.changes))
        object["changes"].push_back({{"time", isoTimeText(change.time)}, {"changes", change.texts}});
    put(object, "parent", overview.parent);
    put(object, "origin", overview.origin);
    if (overview.copyOf)
        object["copy_of"] = copyObject(*overview.copyOf, overview.now);
    object["trials"] = countsObject(overview);
    const CheckpointTotal disk = checkpointTotal(overview.trials);
    object["checkpoints"] = {{"bytes", disk.bytes}, {"trials", disk.count}, {"deleted", disk.deleted}};
    if (overview.experiment) {
        const Experiment& experiment = *overview.experiment;
        object["metric"] = experiment.objective.metric;
        object["direction"] = experiment.objective.direction == Direction::Minimize ? "minimize" : "maximize";
        if (const auto expected = expectedTrials(experiment, record.state, overview.trials))
            object["planned"] = expected->count;
        object["device_hours"] = deviceHours(experiment.resources, overview.trials, overview.now);
        if (record.state == ExperimentState::Running)
            if (const auto remaining = remainingTime(experiment, overview.trials, overview.now))
                object["remaining_seconds"] = remaining->count();
    }
    if (const Trial* best = overview.best())
        object["best"] = trialObject(*best, overview.now);
    if (overview.driver)
        object["driver"] = driverObject(overview);
    return object;
}

/// What a program printed may not be UTF-8.
std::string dumped(const Json& json, int indent)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

std::string experimentsJson(std::span<const Overview> overviews)
{
    Json list = Json::array();
    for (const Overview& overview : overviews)
        list.push_back(experimentObject(overview));
    return dumped(list, 2);
}

std::string experimentJson(const Overview& overview)
{
    Json object = experimentObject(overview);
    Json trials = Json::array();
    for (const Trial& trial : overview.trials)
        trials.push_back(trialObject(trial, overview.now));
    object["trial_list"] = std::move(trials);
    return dumped(object, 2);
}

std::string trialJson(const Trial& trial, TimePoint now, const std::string& host,
                      const std::string& directory)
{
    Json object = trialObject(trial, now);
    put(object, "host", host);
    object["directory"] = directory;
    return dumped(object, 2);
}

std::string trialEvent(const Trial& trial, TimePoint now)
{
    return dumped({{"event", "trial"}, {"trial", trialObject(trial, now)}}, -1);
}

std::string changesJson(const std::vector<std::string>& changes)
{
    return dumped({{"changes", changes}}, -1);
}

std::string experimentEvent(const Overview& overview)
{
    return dumped({{"event", "experiment"}, {"experiment", experimentObject(overview)}}, -1);
}

} // namespace widthwise::ctl
