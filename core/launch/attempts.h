// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/launcher.h"
#include "core/launch/poll_backoff.h"
#include "core/launch/trial_directory.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace widthwise {

/// One attempt that a launcher was asked to start, and what is known of it.
struct Attempt {
    enum class Phase {
        Adopted, ///< an earlier launcher may have started it: nothing known yet
        Waiting, ///< nothing was done for it
        Asked,   ///< to start; its status has not appeared
        Running,
    };
    LaunchRequest request;
    Phase phase = Phase::Waiting;
    std::optional<TrialStatus> status;
    std::string noted;       ///< what was last told of its waiting
    bool stopWanted = false; ///< wishes, until they are carried out
    bool killWanted = false;
    bool stopAsked = false; ///< one of them was carried out
};

/// `file` in the attempt's trial directory.
std::string pathOf(const LaunchRequest& request, std::string_view file);
/// The status of each that its own wrapper wrote; in one round trip.
std::vector<std::optional<TrialStatus>> readStatuses(Host& host, std::span<const Attempt* const> attempts);
/// Whether one with a status of the phase Exited ended on SIGTERM, well or by the signal.
bool endedWhenTold(const Attempt& attempt);
/// How one with a status of the phase Exited ended, with the last words of its log where it failed.
TrialExit exitOf(Host& host, const Attempt& attempt);

/// The attempts that a launcher has in hand, by trial, and the events that it is to tell of them. `Kind` is
/// an Attempt with what the launcher knows beside. Pointers to an attempt hold until it ends.
template <class Kind>
class Attempts {
public:
    explicit Attempts(PollBackoff backoff = {}) : m_backoff(backoff) {}

    /// Whether it is time to read what the wrappers say: see PollBackoff.
    bool isLookDue() { return m_backoff.due(std::chrono::steady_clock::now()); }
    void setWatched(bool watched) { m_backoff.setWatched(watched, std::chrono::steady_clock::now()); }

    void add(const LaunchRequest& request, Attempt::Phase phase)
    {
        Kind attempt;
        attempt.request = request;
        attempt.phase = phase;
        m_attempts.insert_or_assign(request.trial, std::move(attempt));
        happened();
    }
    void wishStop(int trial) { wish(trial, &Attempt::stopWanted); }
    void wishKill(int trial) { wish(trial, &Attempt::killWanted); }

    template <class Condition>
    std::vector<Kind*> where(Condition condition)
    {
        std::vector<Kind*> found;
        for (auto& [trial, attempt] : m_attempts)
            if (condition(std::as_const(attempt)))
                found.push_back(&attempt);
        return found;
    }
    std::vector<Kind*> in(Attempt::Phase phase)
    {
        return where([=](const Kind& attempt) { return attempt.phase == phase; });
    }
    /// Those with a wish that is not carried out. One of which nothing was done ends here instead.
    std::vector<Kind*> wished()
    {
        const auto isWished = [](const Kind& attempt) { return attempt.stopWanted || attempt.killWanted; };
        for (Kind* attempt : where(isWished))
            if (attempt->phase == Attempt::Phase::Waiting)
                endUnstarted(*attempt);
        return where(isWished);
    }

    /// Reads what the wrappers say, tells of those that have started, and returns these.
    std::vector<Kind*> readStatuses(Host& host);
    /// Those whose wrapper has said so.
    std::vector<Kind*> exited()
    {
        return where([](const Kind& attempt) {
            return attempt.status && attempt.status->phase == TrialStatus::Phase::Exited;
        });
    }

    /// Why it waits; is told where it is new.
    void note(Kind& attempt, const std::string& text)
    {
        if (text == attempt.noted)
            return;
        attempt.noted = text;
        m_events.emplace_back(launch::Noted{attempt.request.trial, text});
    }
    void end(Kind& attempt, TrialExit exit)
    {
        const int trial = attempt.request.trial;
        m_events.emplace_back(launch::Exited{trial, std::move(exit)});
        m_attempts.erase(trial);
        happened();
    }
    void endUnstarted(Kind& attempt)
    {
        end(attempt, {TrialExit::Kind::Unstarted, "it was stopped before it started"});
    }

    bool hasEvents() const { return !m_events.empty(); }
    std::vector<LaunchEvent> takeEvents() { return std::exchange(m_events, {}); }

private:
    void wish(int trial, bool Attempt::*which)
    {
        if (const auto found = m_attempts.find(trial); found != m_attempts.end())
            found->second.*which = true;
        happened();
    }
    void happened() { m_backoff.happened(std::chrono::steady_clock::now()); }

    PollBackoff m_backoff;
    std::map<int, Kind> m_attempts;
    std::vector<LaunchEvent> m_events;
};

template <class Kind>
std::vector<Kind*> Attempts<Kind>::readStatuses(Host& host)
{
    const auto asked = where([](const Kind& attempt) { return attempt.phase != Attempt::Phase::Waiting; });
    const std::vector<const Attempt*> plain(asked.begin(), asked.end());
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::optional<TrialStatus>> statuses = widthwise::readStatuses(host, plain);
    const auto ended = std::chrono::steady_clock::now();
    m_backoff.looked(std::chrono::ceil<PollBackoff::Duration>(ended - begun), ended);
    std::vector<Kind*> started;
    std::size_t i = 0;
    for (std::optional<TrialStatus>& status : statuses) {
        Kind& attempt = *asked[i++];
        if (!status)
            continue;
        attempt.status = std::move(status);
        if (attempt.phase == Attempt::Phase::Running)
            continue;
        attempt.phase = Attempt::Phase::Running;
        m_events.emplace_back(launch::Started{attempt.request.trial, attempt.status->device});
        note(attempt, {});
        happened();
        started.push_back(&attempt);
    }
    return started;
}

} // namespace widthwise
