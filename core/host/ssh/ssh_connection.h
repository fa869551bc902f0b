// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_command.h"
#include "core/host/ssh/ssh_session.h"

#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace widthwise {

/// One SSH session with a host, in a thread of its own, that runs several commands at a time. It connects
/// with the first command. A lost link is taken up again with the next command, after a pause that grows with
/// each failure; a person is asked only by connect(), never because a link was lost.
class SshConnection {
public:
    struct Options {
        SshTarget target;
        std::chrono::milliseconds timeout{10'000}; ///< silence of the network that counts as a lost link
        std::chrono::milliseconds firstPause{
            1'000};       ///< between two attempts to connect; doubles up to a minute
        int channels = 4; ///< commands at a time; servers allow 10 by default, some 2
    };

    /// `secrets` outlive the connection.
    SshConnection(Options options, SshSecrets& secrets);
    ~SshConnection();
    SshConnection(const SshConnection&) = delete;
    SshConnection& operator=(const SshConnection&) = delete;

    /// Connects now where it is not, and asks `prompter` what only a person knows. Throws HostError.
    void connect(SshPrompter& prompter);

    /// Runs `command` with `sh -c`; the deadline counts from now, waiting for a channel included. From any
    /// thread. Throws HostError where the link is or goes down: the command may or may not have run.
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline, SshInput input = {},
                      std::function<void(std::string_view)> sink = {});

    LinkStatus status() const;

private:
    struct Greeting {
        SshPrompter* prompter;
        std::promise<void> done;
    };

    void live();
    void takeOver();
    void greet();
    void ensureConnected();
    void establish(SshPrompter* prompter);
    SshShell takeShell();
    void keepSpare();
    void startWaiting();
    void advanceAll();
    void refuseLate();
    void watchLink();
    void wait();
    void drop(const std::string& reason);
    void setStatus(LinkStatus::State state, const std::string& reason = {});
    void noteSignOfLife();
    void wake() const;

    Options m_options;
    SshSecrets& m_secrets;
    int m_wakeUp; ///< eventfd

    mutable std::mutex m_mutex; ///< over the next four
    std::deque<SshJob> m_inbox;
    std::deque<Greeting> m_greetings;
    LinkStatus m_status;
    bool m_end = false;

    std::unique_ptr<SshSession> m_session;
    std::deque<SshJob> m_waiting;
    std::list<SshCommand> m_running;
    std::optional<SshShell> m_spare; ///< waits for the next command
    bool m_spareRefused = false;     ///< until a command ends
    std::chrono::steady_clock::time_point m_retryOpening{};
    std::chrono::steady_clock::time_point m_nextProbe{};
    std::chrono::steady_clock::time_point m_busySince{};
    std::chrono::milliseconds m_pause;
    bool m_progressed = false;
    std::thread m_thread;
};

} // namespace widthwise
