// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>

struct ssh_channel_struct;
struct ssh_session_struct;

namespace widthwise {

/// What one command is to do, and where its answer goes.
struct SshJob {
    using Clock = std::chrono::steady_clock;

    std::string command; ///< for `sh -c`
    std::string input;
    Clock::time_point deadline;
    /// Takes stdout as it comes, in the connection's thread, in place of collecting it; may be empty.
    std::function<void(std::string_view)> sink;
    std::promise<CommandResult> result;
};

/// One command on a channel of its own in a non-blocking session: opens it, feeds the input, collects the
/// output, and reads on until the end of both streams and the exit status are there.
class SshCommand {
public:
    enum class State {
        Going,
        Refused, ///< the server opens no more channels now: nothing ran, try again later
        Done     ///< the job has its answer
    };

    SshCommand(ssh_session_struct* session, SshJob job);
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
    enum class Phase { Opening, Requesting, Running };

    State open(bool& progressed);
    State request(bool& progressed);
    State run(bool& progressed);
    void feed(bool& progressed);
    void read(bool isError, bool& progressed);
    void take(std::string_view bytes, bool isError);
    State finish();

    struct Callbacks;
    SshJob m_job;
    ssh_channel_struct* m_channel;
    std::unique_ptr<Callbacks> m_callbacks; ///< libssh tells the exit status through them
    Phase m_phase = Phase::Opening;
    std::size_t m_fed = 0;
    bool m_inputClosed = false;
    CommandResult m_result;
    bool m_ended = false; ///< the exit status is there
    std::string m_group;  ///< process group, once the first line of stderr has told it
};

} // namespace widthwise
