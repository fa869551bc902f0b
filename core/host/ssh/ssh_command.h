// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/file_descriptor.h"
#include "core/host/host.h"
#include "core/host/ssh/ssh_shell.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>

namespace widthwise {

/// What a command reads: a text, or so many bytes of a file, which are read as they are sent.
struct SshInput {
    std::string text;
    std::shared_ptr<const FileDescriptor> file;
    std::size_t size = 0; ///< of the file

    std::size_t length() const { return file ? size : text.size(); }
    /// Some of what comes at `offset`, in `block` where it is a file's; empty where the file has become
    /// shorter.
    std::string_view at(std::size_t offset, std::span<char> block) const;
};

/// What one command is to do, and where its answer goes.
struct SshJob {
    using Clock = std::chrono::steady_clock;

    std::string command; ///< for `sh -c`
    SshInput input;
    Clock::time_point deadline;
    /// Takes stdout as it comes, in the connection's thread, in place of collecting it; may be empty.
    std::function<void(std::string_view)> sink;
    std::promise<CommandResult> result;
};

/// One command in a shell of its own: gives it the command and the input, collects the output, and reads on
/// until the end of both streams and the exit status are there.
class SshCommand {
public:
    enum class State {
        Going,
        Refused, ///< the server has no shell for it now: nothing ran, try again later
        Done     ///< the job has its answer
    };

    SshCommand(SshShell shell, SshJob job);
    ~SshCommand();
    SshCommand(const SshCommand&) = delete;
    SshCommand& operator=(const SshCommand&) = delete;

    /// Does what can be done without waiting; `progressed` where that was something.
    State advance(bool& progressed);
    SshJob::Clock::time_point deadline() const { return m_job.deadline; }
    /// A command that ends what a late one has left running there; empty where there is nothing. (A signal
    /// sent over the channel would do, but servers without privilege separation refuse it.)
    std::string leftover() const;
    /// The connection is gone: the answer is a HostError.
    void fail(const std::string& reason);
    SshJob takeJob() { return std::move(m_job); }

private:
    /// What a stream brought, once the login shell's own words are over.
    struct Stream {
        std::string before;
        bool begun = false;
    };

    State run(bool& progressed);
    void feed(bool& progressed);
    void read(bool isError, bool& progressed);
    void take(std::string_view bytes, bool isError);
    State finish();

    struct Callbacks;
    SshJob m_job;
    std::string m_order;
    std::unique_ptr<Callbacks> m_callbacks; ///< libssh tells the exit status through them
    SshShell m_shell;
    bool m_shellWaited;    ///< and may have ended before it got the order
    std::size_t m_fed = 0; ///< of the order and the input
    bool m_inputClosed = false;
    CommandResult m_result;
    Stream m_output;
    Stream m_errors;
    bool m_ended = false; ///< the exit status is there
    std::string m_group;  ///< process group
};

} // namespace widthwise
