// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_session.h"

#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/search/explore.h"
#include "core/study/ask_tell_json.h"
#include "core/study/ask_tell_study.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace widthwise {

namespace {

using Json = AskTellSpace::Json;
using State = PastTrial::State;

constexpr std::int64_t protocolVersion = 1;
constexpr std::int64_t mostAtOnce = 100'000; ///< trials of one request

Json accepted()
{
    return {{"ok", true}};
}

/// Empty where the trial gave none, or none that is finite.
std::optional<double> valueIn(const Json& request, const std::string& place)
{
    const Json& value = field(request, "value");
    if (value.is_null())
        return std::nullopt;
    const double number = numberOf(value, place + ".value");
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> stepIn(const Json& request, const std::string& place)
{
    const Json& step = field(request, "step");
    return step.is_null() ? std::nullopt : std::optional(integerOf(step, place + ".step"));
}

State stateNamed(const std::string& name, const std::string& place)
{
    if (name == "complete" || name == "pruned")
        return State::Ended;
    if (name == "paused")
        return State::Paused;
    if (name == "failed")
        return State::Failed;
    refuse(place, "expected complete, pruned, paused or failed, got \"" + name + '"');
}

/// How a trial of this study stands.
State standingNamed(const std::string& name, const std::string& place)
{
    if (name == "running")
        return State::Waiting;
    if (name == "cancelled")
        return State::Void;
    return stateNamed(name, place);
}

/// A whole number up to `most`; empty where there is none.
std::optional<std::size_t> numberIn(const Json& json, const char* name, const std::string& place,
                                    std::size_t most)
{
    const Json& number = field(json, name);
    if (number.is_null())
        return std::nullopt;
    const std::string here = place + '.' + name;
    const std::int64_t value = integerOf(number, here);
    if (value < 0 || std::cmp_greater(value, most))
        refuse(here, "expected 0 to " + std::to_string(most) + ", got " + std::to_string(value));
    return static_cast<std::size_t>(value);
}

std::vector<Report> curveIn(const Json& json, const std::string& place)
{
    const Json& curve = field(json, "curve");
    if (!curve.is_null() && !curve.is_array())
        refuse(place + ".curve", "expected a list of [step, value]");
    std::vector<Report> reports;
    for (const Json& point : curve) {
        if (!point.is_array() || point.size() != 2)
            refuse(place + ".curve", "expected a list of [step, value]");
        const std::int64_t step = integerOf(point[0], place + ".curve");
        if (!reports.empty() && step <= reports.back().step)
            refuse(place + ".curve", "expected rising steps");
        if (!point[1].is_null())
            reports.push_back({step, numberOf(point[1], place + ".curve")});
    }
    return reports;
}

const char* nameOf(Decision decision)
{
    switch (decision) {
    case Decision::Continue:
        return "continue";
    case Decision::Stop:
        return "stop";
    case Decision::Pause:
        return "pause";
    }
    return "continue";
}

} // namespace

std::string AskTellSession::answer(std::string_view line)
{
    Json answer;
    try {
        answer = reply(requestOf(line));
    } catch (const std::exception& error) {
        answer = {{"ok", false}, {"error", error.what()}};
    }
    return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

AskTellSession::Json AskTellSession::reply(const Json& request)
{
    if (!request.is_object())
        throw std::invalid_argument("expected an object with cmd");
    const std::string command = textOf(field(request, "cmd"), "cmd");
    if (command == "ping")
        return accepted();
    if (command == "quit") {
        m_hasEnded = true;
        return accepted();
    }
    if (command == "init")
        return begin(request);
    if (!m_search)
        refuse(command, "the first request has to be init");
    if (command == "ask")
        return ask(request);
    if (command == "report")
        return report(request);
    if (command == "tell")
        return tell(request);
    if (command == "history")
        return learn(request);
    if (command == "best")
        return best();
    refuse("cmd", "expected init, ask, report, tell, history, best, ping or quit, got \"" + command + '"');
}

AskTellSession::Json AskTellSession::begin(const Json& request)
{
    if (m_search)
        refuse("init", "the study has begun; start another process for another one");
    if (const Json& version = field(request, "version");
        !version.is_null() && integerOf(version, "version") != protocolVersion)
        refuse("version", "expected 1, got " + version.dump());
    AskTellSpace space(field(request, "space"));
    AskTellStudy study = studyIn(request);
    std::unique_ptr<Scheduler> scheduler = makeScheduler(study.schedule, study.task);
    m_search = makeSearchAlgorithm(study.search, space.space(), study.task.direction, study.task.seed);
    m_space = std::move(space);
    m_scheduler = std::move(scheduler);
    if (study.task.plan.rungs > 1 && m_search->learns())
        m_finalValues =
            std::make_unique<FinalValues>(study.task.plan, study.task.direction, study.task.value);
    m_study = std::move(study);
    return {{"ok", true}, {"version", protocolVersion}, {"name", m_name}, {"resumable", true}};
}

AskTellSession::Json AskTellSession::ask(const Json& request)
{
    const Json& count = field(request, "n");
    if (count.is_null())
        return {{"ok", true}, {"trial", nextTrial()}};
    const std::int64_t most = integerOf(count, "n");
    if (most < 0 || most > mostAtOnce)
        refuse("n", "expected 0 to " + std::to_string(mostAtOnce) + ", got " + std::to_string(most));
    Json trials = Json::array();
    while (std::ssize(trials) < most) {
        Json trial = nextTrial();
        if (trial.is_null())
            break;
        trials.push_back(std::move(trial));
    }
    return {{"ok", true}, {"trials", std::move(trials)}};
}

/// Null where there is nothing to run now.
AskTellSession::Json AskTellSession::nextTrial()
{
    Due due = m_scheduler->next(m_history, true);
    for (; std::holds_alternative<StopTrial>(due); due = m_scheduler->next(m_history, true))
        leave(std::get<StopTrial>(due).trial);
    if (const auto* start = std::get_if<StartTrial>(&due))
        return newTrial(*start);
    if (const auto* promotion = std::get_if<PromoteTrial>(&due))
        return goesOn(*promotion);
    if (const auto* copy = std::get_if<CopyTrial>(&due))
        return copyOf(*copy);
    return nullptr;
}

AskTellSession::Json AskTellSession::newTrial(const StartTrial& start)
{
    const Proposal proposal = m_search->propose(m_finalValues ? m_finalValues->of(m_history) : m_history);
    const auto* configuration = std::get_if<Configuration>(&proposal);
    if (!configuration)
        return nullptr;
    m_asked.emplace_back();
    m_history.push_back({.configuration = *configuration, .bracket = start.bracket, .rung = start.rung});
    return toRun(m_asked.size() - 1);
}

/// It is not asked for again.
void AskTellSession::leave(std::size_t trial)
{
    m_history.change(trial).state = State::Ended;
    m_asked[trial].hasEnded = true;
}

AskTellSession::Json AskTellSession::goesOn(const PromoteTrial& promotion)
{
    PastTrial& trial = m_history.change(promotion.trial);
    trial.state = State::Waiting;
    trial.rung = promotion.rung;
    return toRun(promotion.trial);
}

/// A new trial, which begins from another one's checkpoint of the step where that was compared.
AskTellSession::Json AskTellSession::copyOf(const CopyTrial& copy)
{
    if (copy.replaced)
        leave(*copy.replaced);
    const PastTrial& from = m_history[copy.trial];
    const std::size_t id = m_history.size();
    m_asked.push_back({.step = m_scheduler->plan().untilStep(copy.rung - 1)});
    m_history.push_back({.configuration = explored(from.configuration, m_space.space(),
                                                   settingOf(m_study.schedule, "resample"),
                                                   drawsOfCopy(m_study.task.seed, id)),
                         .bracket = from.bracket,
                         .rung = copy.rung,
                         .parent = copy.trial,
                         .firstRung = copy.rung});
    Json json = toRun(id);
    json["parent"] = copy.trial;
    return json;
}

AskTellSession::Json AskTellSession::toRun(std::size_t id) const
{
    const PastTrial& trial = m_history[id];
    Json json = {{"id", id},
                 {"params", m_space.toJson(trial.configuration)},
                 {"start_step", m_asked[id].step.value_or(0)}};
    if (m_study.lastStep)
        json["target_step"] = m_scheduler->plan().untilStep(trial.rung).value_or(*m_study.lastStep);
    return json;
}

/// The number of a trial that has not ended.
std::size_t AskTellSession::askedBy(const Json& request) const
{
    const std::int64_t id = integerOf(field(request, "id"), "id");
    if (id < 0 || id >= std::ssize(m_asked))
        refuse("id", "there is no trial " + std::to_string(id));
    if (m_asked[static_cast<std::size_t>(id)].hasEnded)
        refuse("id", "trial " + std::to_string(id) + " has ended");
    if (m_history[static_cast<std::size_t>(id)].state == State::Paused && m_scheduler->plan().isOfOneRun())
        refuse("id", "trial " + std::to_string(id) + " is paused: it goes on when an ask names it again");
    return static_cast<std::size_t>(id);
}

AskTellSession::Json AskTellSession::report(const Json& request)
{
    const std::size_t id = askedBy(request);
    if (!m_study.lastStep)
        refuse("report", "the study has no fidelity: trials are told of when they end");
    const std::int64_t step = integerOf(field(request, "step"), "step");
    const std::optional<double> value = valueIn(request, "report");
    if (!value)
        refuse("value", "expected a finite number; a trial that diverged is told of as failed");
    if (step > *m_study.lastStep)
        refuse("step", "expected at most " + std::to_string(*m_study.lastStep) +
                           ", the max of the fidelity, got " + std::to_string(step));
    const auto until = m_scheduler->plan().untilStep(m_history[id].rung);
    if (until && m_asked[id].step >= *until)
        refuse("step", "trial " + std::to_string(id) + " was to pause at step " + std::to_string(*until) +
                           ": tell of it first, and go on when an ask names it again");
    PastTrial& trial = m_history.change(id);
    const std::optional<std::int64_t> reported =
        trial.reports.empty() ? std::nullopt : std::optional(trial.reports.back().step);
    if (const auto last = std::max(reported, m_asked[id].step); last && step <= *last)
        refuse("step", "expected more than " + std::to_string(*last) + ", got " + std::to_string(step));
    trial.reports.push_back({step, *value});
    trial.value = *value;
    m_asked[id].step = step;
    return {{"ok", true}, {"decision", nameOf(m_scheduler->judge(m_history, id).decision)}};
}

AskTellSession::Json AskTellSession::tell(const Json& request)
{
    const std::size_t id = askedBy(request);
    const std::string state = textOf(field(request, "state"), "state");
    Asked& asked = m_asked[id];
    State next = stateNamed(state, "state");
    const std::optional<std::int64_t> step = stepIn(request, "tell");
    std::optional<double> value = valueIn(request, "tell");
    if (state == "complete" && !request.contains("value"))
        refuse("value", "expected the objective of a trial that is complete; null where it is not finite");
    PastTrial& trial = m_history.change(id);
    if (!value && state != "complete")
        value = trial.value;
    if (next == State::Ended && !value)
        next = State::Failed;
    trial.state = next;
    trial.value = next == State::Failed ? std::nullopt : value;
    asked.hasEnded = next != State::Paused;
    asked.isComplete = next == State::Ended && state == "complete";
    if (step)
        asked.step = step;
    return accepted();
}

AskTellSession::Known AskTellSession::knownTrial(const Json& json, const std::string& place,
                                                 std::size_t next) const
{
    if (!json.is_object())
        refuse(place, "expected an object with params and state");
    const std::string state = textOf(field(json, "state"), place + ".state");
    Known known{.id = numberIn(json, "id", place, next), .isComplete = state == "complete"};
    PastTrial& trial = known.trial;
    trial.rung = m_scheduler->plan().highest();
    trial.configuration = m_space.fromJson(field(json, "params"), place + ".params");
    trial.state = known.id ? standingNamed(state, place + ".state") : stateNamed(state, place + ".state");
    trial.value = valueIn(json, place);
    trial.reports = curveIn(json, place);
    if (known.id && *known.id > 0)
        trial.parent = numberIn(json, "parent", place, *known.id - 1);
    if (trial.state == State::Ended || (trial.state == State::Paused && !known.id))
        trial.state = trial.value ? State::Ended : State::Failed;
    if (trial.state == State::Failed || trial.state == State::Void)
        trial.value.reset();
    return known;
}

AskTellSession::Json AskTellSession::learn(const Json& request)
{
    const Json& trials = field(request, "trials");
    if (!trials.is_array())
        refuse("trials", "expected a list of trials");
    std::vector<Known> known;
    std::size_t next = m_history.size();
    for (std::size_t i = 0; i < trials.size(); ++i) {
        known.push_back(knownTrial(trials[i], "trials[" + std::to_string(i) + ']', next));
        next += known.back().id == next;
    }
    for (Known& one : known)
        if (one.id)
            place(std::move(one));
        else
            m_history.addPrior(std::move(one.trial));
    return {{"ok", true}, {"accepted", known.size()}};
}

/// A trial of this study, as it stands now.
void AskTellSession::place(Known known)
{
    const std::size_t id = *known.id;
    if (id == m_history.size()) {
        m_asked.emplace_back();
        m_history.push_back(std::move(known.trial));
    } else {
        if (known.trial.parent) // which took the number of one that was asked for
            m_history.setParent(id, known.trial.parent);
        PastTrial& trial = m_history.change(id);
        trial.configuration = std::move(known.trial.configuration);
        trial.state = known.trial.state;
        trial.value = known.trial.value;
        if (!known.trial.reports.empty()) {
            trial.reports = std::move(known.trial.reports);
            ++trial.generation;
        }
    }
    m_asked[id].hasEnded = !m_history[id].isOpen();
    m_asked[id].isComplete = known.isComplete && m_history[id].state == State::Ended;
}

AskTellSession::Json AskTellSession::best() const
{
    std::optional<std::size_t> best;
    const double sign = m_study.task.direction == Direction::Minimize ? 1 : -1;
    for (std::size_t id = 0; id < m_asked.size(); ++id)
        if (m_asked[id].isComplete && (!best || sign * *m_history[id].value < sign * *m_history[*best].value))
            best = id;
    if (!best)
        return {{"ok", true}, {"best", nullptr}};
    const PastTrial& trial = m_history[*best];
    Json json = {{"id", *best}, {"params", m_space.toJson(trial.configuration)}, {"value", *trial.value}};
    if (m_asked[*best].step)
        json["step"] = *m_asked[*best].step;
    return {{"ok", true}, {"best", std::move(json)}};
}

} // namespace widthwise
