// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/external_search.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace widthwise {

namespace {

using Json = ExternalSpace::Json;
using State = PastTrial::State;

const char* nameOf(State state)
{
    switch (state) {
    case State::Ended:
        return "complete";
    case State::Failed:
        return "failed";
    case State::Void:
        return "cancelled";
    case State::Waiting:
    case State::Paused:
    case State::Held:
        break;
    }
    return "running";
}

Json valueOf(const PastTrial& trial)
{
    return trial.state == State::Ended ? Json(*trial.value) : Json();
}

const Json& field(const Json& reply, const char* name)
{
    static const Json none;
    const auto found = reply.find(name);
    return found == reply.end() ? none : *found;
}

} // namespace

ExternalSearch::ExternalSearch(SearchSpace space, Direction direction, std::uint64_t seed,
                               ExternalProgram program)
    : m_space(std::move(space)), m_direction(direction), m_seed(seed), m_program(std::move(program))
{
}

Proposal ExternalSearch::propose(const History& history)
{
    if (m_proposed && m_proposed->first == history.size())
        return m_proposed->second;
    try {
        return converse(history);
    } catch (const SearchFailure&) {
        m_isRunning = false; // what comes next begins anew
        throw;
    }
}

/// As far as it goes without waiting for the program.
Proposal ExternalSearch::converse(const History& history)
{
    if (!m_isRunning)
        begin();
    for (;;) {
        if (m_requests.empty())
            prepare(history);
        if (m_requests.empty())
            return Wait{};
        const std::optional<Json> reply = this->reply();
        if (!reply)
            return Thinking{m_program.conversation->delay()};
        if (std::optional<Configuration> proposal = take(*reply, history))
            return *std::move(proposal);
    }
}

void ExternalSearch::begin()
{
    m_program.conversation->begin();
    m_isRunning = true;
    m_waits = false;
    m_requests.clear();
    m_told.clear();
    m_proposed.reset();
    say({{"cmd", "init"},
         {"version", 1},
         {"seed", m_seed},
         {"direction", m_direction == Direction::Minimize ? "minimize" : "maximize"},
         {"space", m_space.parameters()},
         {"max_parallel", m_program.parallel},
         {"max_trials", m_program.trials ? Json(*m_program.trials) : Json()},
         {"fidelity", nullptr},
         {"algorithm", Json::object()}});
}

/// What there is to tell, and then the question; nothing where the program waits and there is no news.
void ExternalSearch::prepare(const History& history)
{
    m_told.resize(history.size());
    if (m_isResumable)
        tellStandings(history);
    else
        tellEnds(history);
    if (m_waits && m_requests.empty())
        return;
    m_askedFor = history.size();
    say({{"cmd", "ask"}});
}

/// One request at a time: each is sent when the one before it has its reply.
void ExternalSearch::say(const Json& request)
{
    m_requests.push_back({request["cmd"], request.dump(-1, ' ', false, Json::error_handler_t::replace)});
    if (m_requests.size() == 1)
        send();
}

void ExternalSearch::send()
{
    m_program.conversation->send(m_requests.front().line);
}

std::optional<Json> ExternalSearch::reply()
{
    const std::optional<std::string> answer = m_program.conversation->answer();
    if (!answer)
        return std::nullopt;
    Json reply = Json::parse(*answer, nullptr, false);
    if (!reply.is_object() || !field(reply, "ok").is_boolean())
        throw m_program.conversation->failure("expected one line of JSON with \"ok\"");
    if (!reply["ok"].get<bool>())
        throw m_program.conversation->failure("it refused " + m_requests.front().command);
    return reply;
}

/// The reply to the first request, which may propose a trial.
std::optional<Configuration> ExternalSearch::take(const Json& reply, const History& history)
{
    const std::string command = m_requests.front().command;
    m_requests.pop_front();
    if (!m_requests.empty())
        send();
    if (command == "init")
        m_isResumable = field(reply, "resumable") == true;
    if (command != "ask")
        return std::nullopt;
    const Json& trial = field(reply, "trial");
    m_waits = trial.is_null();
    return m_waits ? std::nullopt : std::optional(proposalIn(trial, history));
}

/// Where the history has grown since it was asked, as by a promotion, the trial has a later number.
Configuration ExternalSearch::proposalIn(const Json& trial, const History& history)
{
    const Json& id = field(trial, "id");
    if (!id.is_number_integer())
        throw m_program.conversation->failure("expected a trial with id and params");
    if (m_isResumable && id != m_askedFor)
        throw m_program.conversation->failure("expected the id " + std::to_string(m_askedFor) +
                                              ", which follows those that it was told of");
    if (!m_isResumable &&
        std::ranges::any_of(m_told, [&](const Told& told) { return told.id == id.get<std::int64_t>(); }))
        throw m_program.conversation->failure("it gave the id " + id.dump() +
                                              " a second time; each trial has one of its own");
    try {
        m_proposed.emplace(history.size(), m_space.fromJson(field(trial, "params")));
    } catch (const std::invalid_argument& error) {
        throw m_program.conversation->failure(error.what());
    }
    m_told.resize(history.size() + 1);
    m_told.back().id = id.get<std::int64_t>();
    return m_proposed->second;
}

void ExternalSearch::tellStandings(const History& history)
{
    Json changed = Json::array();
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        Json standing = standingOf(history, trial);
        if (std::string text = standing.dump(); text != m_told[trial].standing) {
            m_told[trial].standing = std::move(text);
            changed.push_back(std::move(standing));
        }
    }
    if (!changed.empty())
        say({{"cmd", "history"}, {"trials", std::move(changed)}});
}

Json ExternalSearch::standingOf(const History& history, std::size_t trial) const
{
    const PastTrial& past = history[trial];
    Json standing{{"id", trial},
                  {"params", m_space.toJson(past.configuration)},
                  {"state", nameOf(past.state)},
                  {"value", valueOf(past)}};
    if (past.parent)
        standing["parent"] = *past.parent;
    return standing;
}

/// An end is told once. A trial that failed and then ran again is known to the program as another one.
void ExternalSearch::tellEnds(const History& history)
{
    Json foreign = Json::array();
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        const PastTrial& past = history[trial];
        Told& told = m_told[trial];
        if ((past.state != State::Ended && past.state != State::Failed) || told.end == past.state)
            continue;
        if (told.id && !told.end)
            say({{"cmd", "tell"}, {"id", *told.id}, {"state", nameOf(past.state)}, {"value", valueOf(past)}});
        else
            foreign.push_back({{"params", m_space.toJson(past.configuration)},
                               {"state", nameOf(past.state)},
                               {"value", valueOf(past)}});
        told.end = past.state;
    }
    if (!foreign.empty())
        say({{"cmd", "history"}, {"trials", std::move(foreign)}});
}

} // namespace widthwise
