// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/final_values.h"
#include "core/schedule/scheduler.h"
#include "core/study/ask_tell_space.h"
#include "core/study/ask_tell_study.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A search whose trials another program runs: it asks for configurations and tells what came of them, a line
/// of JSON each way. Algorithms and schedulers are those of the driver, and decide from the same history.
class AskTellSession {
public:
    /// `name`: of this program, as the client is told it.
    explicit AskTellSession(std::string name) : m_name(std::move(name)) {}

    /// The reply to one request. What is wrong with the request is in the reply, and changes nothing.
    std::string answer(std::string_view line);
    /// The client has asked to end.
    bool hasEnded() const { return m_hasEnded; }

private:
    using Json = AskTellSpace::Json;

    /// A trial that was asked for, by its id, which is its place in the history.
    struct Asked {
        bool hasEnded = false;
        bool isComplete = false;
        std::optional<std::int64_t> step; ///< the last one known
    };

    /// A trial that the client knows: of this study where it has an id, else of another.
    struct Known {
        std::optional<std::size_t> id;
        bool isComplete = false;
        PastTrial trial = {};
    };

    Json reply(const Json& request);
    Json begin(const Json& request);
    Json ask(const Json& request);
    Json report(const Json& request);
    Json tell(const Json& request);
    Json learn(const Json& request);
    Json best() const;

    Json nextTrial();
    Json newTrial(const StartTrial& start);
    Json goesOn(const PromoteTrial& promotion);
    Json copyOf(const CopyTrial& copy);
    void leave(std::size_t trial);
    Json toRun(std::size_t id) const;
    std::size_t askedBy(const Json& request) const;
    Known knownTrial(const Json& json, const std::string& place, std::size_t next) const;
    void place(Known known);

    std::string m_name;
    bool m_hasEnded = false;
    AskTellSpace m_space;
    AskTellStudy m_study;
    std::unique_ptr<SearchAlgorithm> m_search;
    std::unique_ptr<Scheduler> m_scheduler;
    std::unique_ptr<FinalValues> m_finalValues; ///< null where there are no rungs
    History m_history; ///< of the trials asked for; those of other studies come before
    std::vector<Asked> m_asked;
};

} // namespace widthwise
