// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/pipe.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace widthwise {

/// A program on this machine that answers each line on its stdin with a line on its stdout. It is told to end
/// by the end of its input, and ended two seconds later, with its process group; it does not outlive the
/// thread that started it.
class LineProcess {
public:
    struct Options {
        std::vector<std::string> words; ///< the program, looked for in PATH, and its arguments
        std::string folder;             ///< in which it runs
        std::string errors;             ///< file to whose end its stderr goes; empty: to this process's
    };

    /// Throws HostError where it cannot start.
    explicit LineProcess(const Options& options);
    ~LineProcess();
    LineProcess(const LineProcess&) = delete;
    LineProcess& operator=(const LineProcess&) = delete;

    /// Sends a line, without its end, as far as the program reads it; `answer` sends the rest. The line
    /// before was answered: throws HostError where there is more than that.
    void send(std::string_view line);
    /// The answer to it, without its line end, where it has come: this does not wait. Throws HostError, as in
    /// "it ended with exit code 1", where none will come.
    std::optional<std::string> answer();
    /// Its output has come to its end: no answer will come any more.
    bool hasClosed() const { return !m_out; }
    /// Answers that came.
    int answers() const { return m_answers; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    void sendRest();
    void receive();
    [[noreturn]] void throwEnded() const;
    bool hasEnded() const;

    pid_t m_pid = -1;
    FileDescriptor m_in;
    FileDescriptor m_out;
    std::string m_unsent;
    std::string m_received; ///< of an answer that is not complete
    SteadyTime m_closed{};  ///< when its output came to its end
    int m_answers = 0;
};

} // namespace widthwise
