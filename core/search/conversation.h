// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace widthwise {

/// A search cannot go on: why, and where.
class SearchFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Another program, which answers each line that it is sent with a line.
class Conversation {
public:
    virtual ~Conversation() = default;

    /// Starts the program, anew where it runs. Throws SearchFailure.
    virtual void begin() = 0;
    /// Sends a request, without its line end; the one before has been answered.
    virtual void send(const std::string& request) = 0;
    /// The answer, without its line end, where it is there: this never waits. Throws SearchFailure where none
    /// will come.
    virtual std::optional<std::string> answer() = 0;
    /// Where the answer takes long, what a person should know of that; else empty.
    virtual std::string delay() const = 0;
    /// What was wrong with the last answer, with the program's command and the answer.
    virtual SearchFailure failure(const std::string& problem) const = 0;
};

/// What an external search asks, and what it tells it of the experiment.
struct ExternalProgram {
    std::unique_ptr<Conversation> conversation;
    int parallel = 1;               ///< trials at a time
    std::optional<int> trials = {}; ///< in all
};

} // namespace widthwise
