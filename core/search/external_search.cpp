// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/external_search.h"

#include <nlohmann/json.hpp>

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
        return ask(history);
    } catch (const SearchFailure&) {
        m_isRunning = false; // what comes next begins anew
        throw;
    }
}

Proposal ExternalSearch::ask(const History& history)
{
    if (!m_isRunning)
        begin();
    if (!tell(history) && m_waits)
        return Wait{};
    const Json reply = call({{"cmd", "ask"}});
    const Json& trial = field(reply, "trial");
    m_waits = trial.is_null();
    if (m_waits)
        return Wait{};
    const Json& id = field(trial, "id");
    if (!id.is_number_integer())
        throw m_program.conversation->failure("expected a trial with id and params");
    if (m_isResumable && id != history.size())
        throw m_program.conversation->failure("expected the id " + std::to_string(history.size()) +
                                              ", which follows those that it was told of");
    try {
        m_proposed.emplace(history.size(), m_space.fromJson(field(trial, "params")));
    } catch (const std::invalid_argument& error) {
        throw m_program.conversation->failure(error.what());
    }
    m_told.resize(history.size() + 1);
    m_told.back().id = id.get<std::int64_t>();
    return m_proposed->second;
}

void ExternalSearch::begin()
{
    m_program.conversation->begin();
    m_isRunning = true;
    m_waits = false;
    m_told.clear();
    m_proposed.reset();
    const Json reply = call({{"cmd", "init"},
                             {"version", 1},
                             {"seed", m_seed},
                             {"direction", m_direction == Direction::Minimize ? "minimize" : "maximize"},
                             {"space", m_space.parameters()},
                             {"max_parallel", m_program.parallel},
                             {"max_trials", m_program.trials ? Json(*m_program.trials) : Json()},
                             {"fidelity", nullptr},
                             {"algorithm", Json::object()}});
    m_isResumable = field(reply, "resumable") == true;
}

Json ExternalSearch::call(const Json& request)
{
    const Json reply = Json::parse(
        m_program.conversation->answerTo(request.dump(-1, ' ', false, Json::error_handler_t::replace)),
        nullptr, false);
    if (!reply.is_object() || !field(reply, "ok").is_boolean())
        throw m_program.conversation->failure("expected one line of JSON with \"ok\"");
    if (!reply["ok"].get<bool>())
        throw m_program.conversation->failure("it refused " + request["cmd"].get<std::string>());
    return reply;
}

/// Whether there was anything to tell.
bool ExternalSearch::tell(const History& history)
{
    m_told.resize(history.size());
    return m_isResumable ? tellStandings(history) : tellEnds(history);
}

bool ExternalSearch::tellStandings(const History& history)
{
    Json changed = Json::array();
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        Json standing = standingOf(history, trial);
        if (std::string text = standing.dump(); text != m_told[trial].standing) {
            m_told[trial].standing = std::move(text);
            changed.push_back(std::move(standing));
        }
    }
    if (changed.empty())
        return false;
    call({{"cmd", "history"}, {"trials", std::move(changed)}});
    return true;
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
bool ExternalSearch::tellEnds(const History& history)
{
    Json foreign = Json::array();
    bool any = false;
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        const PastTrial& past = history[trial];
        Told& told = m_told[trial];
        if ((past.state != State::Ended && past.state != State::Failed) || told.end == past.state)
            continue;
        if (told.id && !told.end)
            call(
                {{"cmd", "tell"}, {"id", *told.id}, {"state", nameOf(past.state)}, {"value", valueOf(past)}});
        else
            foreign.push_back({{"params", m_space.toJson(past.configuration)},
                               {"state", nameOf(past.state)},
                               {"value", valueOf(past)}});
        told.end = past.state;
        any = true;
    }
    if (!foreign.empty())
        call({{"cmd", "history"}, {"trials", std::move(foreign)}});
    return any;
}

} // namespace widthwise
