// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/pipe.h"

#include <atomic>
#include <chrono>
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

    /// The answer to a line, both without line ends. Throws HostError, as in "it ended with exit code 1",
    /// where none comes within that time, or before `interrupted`.
    std::string answerTo(std::string_view line, std::chrono::milliseconds patience,
                         const std::atomic<bool>& interrupted);
    /// Answers that came.
    int answers() const { return m_answers; }

private:
    using Deadline = std::chrono::steady_clock::time_point;

    void send(std::string_view& rest);
    void receive();
    [[noreturn]] void throwEnded();
    bool waitForEnd(Deadline deadline) const;

    pid_t m_pid = -1;
    FileDescriptor m_in;
    FileDescriptor m_out;
    std::string m_received; ///< of an answer that is not complete
    int m_answers = 0;
};

} // namespace widthwise
