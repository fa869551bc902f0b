// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mirror/exchange.h"
#include "core/store/mirrors.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// Keeps the copies that a store has of another's experiments. What one answer brings is written together
/// with the places up to which it reaches, so that a process that dies at any moment loses and doubles
/// nothing.
class Mirror {
public:
    /// Throws StoreError.
    Mirror(Database& database, std::int64_t id);

    /// What to ask now: everything is taken from the store.
    ExchangeRequest request(TimePoint now);
    /// Throws StoreError, and then has changed nothing.
    void take(const ExchangeAnswer& answer, TimePoint now);
    /// After an answer: there is more to be had at once.
    bool behind();
    /// What a person asked of a copy waits to be passed on.
    bool hasCommands();
    /// Somebody looks at a copy.
    bool isWatched(TimePoint now);
    /// Tells viewers every second that the copies are kept, and that the drivers there were alive as far as
    /// is known; `problem` is why nothing is heard of them now, `link` how the way there is.
    void beat(const std::string& problem, const SiteLink& link, TimePoint now);
    /// Changes when another store takes the place of the one that was mirrored: the copies of that one stay,
    /// detached.
    std::int64_t id() const { return m_id; }

private:
    void load();
    void addWants(std::vector<SeriesWant>& wants);
    void addWatches(std::vector<ForwardedWatch>& watches, TimePoint now);
    void addCommands(std::vector<ForwardedCommand>& commands);
    void startOver(const std::string& identity);
    void removeCopies();
    void removeAbsent(const std::vector<ExperimentKey>& present);
    bool isAnotherState(const std::vector<ExperimentKey>& present);
    void startAgain();
    void take(const ExperimentRecord& there);
    void take(const TrialRecord& there);
    void take(const SeriesLength& there);
    void take(const SeriesPiece& there);
    void take(const DriverChange& there, std::chrono::milliseconds ahead);
    void take(const OutputPiece& there);
    void joinFamilies();
    void closeCommands(const std::vector<std::string>& tokens, TimePoint now);
    std::string nameHere(const std::string& name, std::optional<std::int64_t> experiment);
    std::optional<std::int64_t> lookUp(const char* question, std::int64_t there);
    std::optional<std::int64_t> experimentHere(std::int64_t there);
    std::optional<std::int64_t> trialHere(std::int64_t there);

    Database& m_database;
    std::int64_t m_id;
    std::string m_host;
    std::string m_identity; ///< of the store there; empty before the first answer
    std::string m_ownIdentity;
    ChangePlaces m_places;
    bool m_more = false;
    std::optional<TimePoint> m_lastContact;
    struct Pulse {
        TimePoint heartbeat; ///< by the clock here
        std::string notice;
    };
    std::map<std::int64_t, Pulse> m_drivers; ///< those there that run, by the experiment here
};

} // namespace widthwise
