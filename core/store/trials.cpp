// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trials.h"

#include "core/store/experiment_tokens.h"
#include "core/store/query.h"

namespace widthwise {
namespace {

const std::string select = R"sql(
    SELECT id, experiment, revision, number, configuration, state, attempt, continues, stop_becomes, stop_asked,
           stop_waits, first_rung, objective, objective_step, last_step, created, queued, started, finished,
           seconds_before, device, reason, notices, parent, agent, interruptions, bracket, rung, until_step,
           promoted_from, checkpoint_bytes, checkpoint_dropped,
           token IS NOT (SELECT token FROM experiment WHERE experiment.id = trial.experiment)
    FROM trial )sql";

const std::string selectAll = select + "WHERE experiment = ? ORDER BY number";
const std::string selectChanged = select + "WHERE experiment = ? AND revision > ? ORDER BY number";
const std::string selectLater = select + "WHERE (revision, id) > (?, ?) ORDER BY revision, id LIMIT ?";
const std::string selectOne = select + "WHERE experiment = ? AND number = ?";

TrialRecord record(Database& database, Query& query)
{
    TrialRecord record;
    Trial& trial = record.trial;
    std::string configuration;
    std::string state;
    std::string notices;
    std::string agent;
    std::optional<std::string> stopBecomes;
    std::optional<TimePoint> stopAsked;
    bool stopWaits = false;
    bool isForeign = false;
    query.read(record.id, record.experiment, record.revision, trial.number, configuration, state,
               trial.attempt, trial.continues, stopBecomes, stopAsked, stopWaits, trial.firstRung,
               trial.objective, trial.objectiveStep, trial.lastStep, trial.created, trial.queued,
               trial.started, trial.finished, trial.secondsBefore, trial.device, trial.reason, notices,
               trial.parent, agent, trial.interruptions, trial.bracket, trial.rung, trial.untilStep,
               trial.promotedFrom, trial.checkpointBytes, trial.checkpointDropped, isForeign);
    if (isForeign)
        throwMixed(database, record.experiment);
    trial.configuration = configurationFromJson(configuration);
    trial.state = trialStateFromText(state);
    trial.notices = noticesFromJson(notices);
    trial.agent = agentFromText(agent);
    if (stopBecomes && stopAsked)
        trial.stop = StopRequest{trialStateFromText(*stopBecomes), *stopAsked, stopWaits};
    return record;
}

std::vector<TrialRecord> records(Database& database, Query& query)
{
    std::vector<TrialRecord> records;
    while (query.next())
        records.push_back(record(database, query));
    return records;
}

} // namespace

std::int64_t Trials::save(std::int64_t experiment, const Trial& trial)
{
    Query query(m_database, R"sql(
        INSERT INTO trial (experiment, number, configuration, state, attempt, continues, stop_becomes, stop_asked,
                           objective, objective_step, last_step, created, queued, started, finished, seconds_before,
                           device, reason, notices, parent, agent, interruptions, bracket, rung, until_step,
                           promoted_from, checkpoint_bytes, checkpoint_dropped, stop_waits, first_rung, token,
                           revision)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, (SELECT revision + 1 FROM store))
        ON CONFLICT (experiment, number) DO UPDATE SET
            configuration = excluded.configuration, state = excluded.state, attempt = excluded.attempt,
            continues = excluded.continues, stop_becomes = excluded.stop_becomes, stop_asked = excluded.stop_asked,
            objective = excluded.objective, objective_step = excluded.objective_step, last_step = excluded.last_step,
            created = excluded.created, queued = excluded.queued, started = excluded.started,
            finished = excluded.finished, seconds_before = excluded.seconds_before, device = excluded.device,
            reason = excluded.reason, notices = excluded.notices, parent = excluded.parent,
            agent = excluded.agent, interruptions = excluded.interruptions, bracket = excluded.bracket,
            rung = excluded.rung, until_step = excluded.until_step, promoted_from = excluded.promoted_from,
            checkpoint_bytes = excluded.checkpoint_bytes, checkpoint_dropped = excluded.checkpoint_dropped,
            stop_waits = excluded.stop_waits, first_rung = excluded.first_rung, revision = excluded.revision
            WHERE token = excluded.token
        RETURNING id)sql");
    const auto stopBecomes = trial.stop ? std::optional(toText(trial.stop->becomes)) : std::nullopt;
    const auto stopAsked = trial.stop ? std::optional(trial.stop->asked) : std::nullopt;
    query.bind(experiment, trial.number, toJson(trial.configuration), toText(trial.state), trial.attempt,
               trial.continues, stopBecomes, stopAsked, trial.objective, trial.objectiveStep, trial.lastStep,
               trial.created, trial.queued, trial.started, trial.finished, trial.secondsBefore, trial.device,
               trial.reason, toJson(trial.notices), trial.parent, toText(trial.agent), trial.interruptions,
               trial.bracket, trial.rung, trial.untilStep, trial.promotedFrom, trial.checkpointBytes,
               trial.checkpointDropped, trial.stop && trial.stop->waits, trial.firstRung,
               m_database.tokens().of(experiment));
    if (const std::optional<std::int64_t> id = query.returnedId())
        return *id;
    throwMixed(m_database, experiment);
}

std::vector<TrialRecord> Trials::all(std::int64_t experiment)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectAll);
    return records(m_database, query.bind(experiment));
}

std::vector<TrialRecord> Trials::changedSince(std::int64_t experiment, std::int64_t revision)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectChanged);
    return records(m_database, query.bind(experiment, revision));
}

std::vector<TrialRecord> Trials::changedAfter(ChangePlace& place, int most)
{
    Query query(m_database, selectLater);
    std::vector<TrialRecord> changed = records(m_database, query.bind(place.revision, place.id, most));
    if (!changed.empty())
        place = {changed.back().revision, changed.back().id};
    return changed;
}

std::optional<TrialRecord> Trials::find(std::int64_t experiment, int number)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectOne);
    if (!query.bind(experiment, number).next())
        return std::nullopt;
    return record(m_database, query);
}

} // namespace widthwise
