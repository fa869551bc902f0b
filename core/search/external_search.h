// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/conversation.h"
#include "core/search/external_space.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// Another program chooses: this is the client of the ask/tell protocol (version 1). Before it asks, it tells
/// what has become of trials. A program that begins, as after a crash of the driver, is told all of them:
/// what it did not propose itself as `history`, once it has ended. To one that calls itself `resumable` in
/// its reply to `init` each trial is told by `history` with its number as `id`, also while it runs and
/// whenever it has changed, so that it knows all that an algorithm of our own would know.
class ExternalSearch final : public SearchAlgorithm {
public:
    ExternalSearch(SearchSpace space, Direction direction, std::uint64_t seed, ExternalProgram program);

    /// Thinking, as long as the program does; what it then proposes follows from what was known when it was
    /// asked. Throws SearchFailure where it does not answer, or answers what is no use. A proposal that was
    /// not made a trial is made again.
    Proposal propose(const History& history) override;

private:
    using Json = ExternalSpace::Json;

    struct Request {
        std::string command;
        std::string line;
    };
    /// What the program knows of a trial.
    struct Told {
        std::optional<std::int64_t> id; ///< its own, where it proposed the trial
        std::optional<PastTrial::State> end;
        std::string standing; ///< as a resumable program was told last
    };

    Proposal converse(const History& history);
    void begin();
    void prepare(const History& history);
    void say(const Json& request);
    void send();
    std::optional<Json> reply();
    std::optional<Configuration> take(const Json& reply, const History& history);
    Configuration proposalIn(const Json& trial, const History& history);
    void tellStandings(const History& history);
    void tellEnds(const History& history);
    Json standingOf(const History& history, std::size_t trial) const;

    ExternalSpace m_space;
    Direction m_direction;
    std::uint64_t m_seed;
    ExternalProgram m_program;
    bool m_isRunning = false;
    bool m_isResumable = false;
    bool m_waits = false;           ///< it had nothing to run
    std::deque<Request> m_requests; ///< the first was sent, and has no reply yet
    std::size_t m_askedFor = 0;     ///< the number of the trial that it is asked for
    std::vector<Told> m_told;
    std::optional<std::pair<std::size_t, Configuration>> m_proposed; ///< the last one, and for which trial
};

} // namespace widthwise
