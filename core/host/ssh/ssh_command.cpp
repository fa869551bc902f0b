// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_command.h"

#include "core/host/shell.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace widthwise {

namespace {

constexpr int unknownExit = 255; ///< neither a status nor a signal came before the channel was closed

/// "TERM" → 15; 0 for one that has another number on every system.
int signalNumber(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, int>, 10> names{{{"ABRT", SIGABRT},
                                                                      {"ALRM", SIGALRM},
                                                                      {"FPE", SIGFPE},
                                                                      {"HUP", SIGHUP},
                                                                      {"ILL", SIGILL},
                                                                      {"INT", SIGINT},
                                                                      {"KILL", SIGKILL},
                                                                      {"PIPE", SIGPIPE},
                                                                      {"SEGV", SIGSEGV},
                                                                      {"TERM", SIGTERM}}};
    const auto found = std::ranges::find(names, name, &std::pair<std::string_view, int>::first);
    return found == names.end() ? 0 : found->second;
}

} // namespace

struct SshCommand::Callbacks : ssh_channel_callbacks_struct {};

SshCommand::SshCommand(ssh_session_struct* session, SshJob job)
    : m_job(std::move(job)), m_channel(ssh_channel_new(session)), m_callbacks(std::make_unique<Callbacks>())
{
    m_result.exitCode = unknownExit;
    m_callbacks->userdata = this;
    m_callbacks->channel_exit_status_function = [](ssh_session, ssh_channel, int status, void* self) {
        static_cast<SshCommand*>(self)->m_result.exitCode = status;
        static_cast<SshCommand*>(self)->m_ended = true;
    };
    m_callbacks->channel_exit_signal_function = [](ssh_session, ssh_channel, const char* signal, int,
                                                   const char*, const char*, void* self) {
        static_cast<SshCommand*>(self)->m_result.exitCode = 128 + signalNumber(signal);
        static_cast<SshCommand*>(self)->m_ended = true;
    };
    ssh_callbacks_init(m_callbacks.get());
    ssh_set_channel_callbacks(m_channel, m_callbacks.get());
}

SshCommand::~SshCommand()
{
    ssh_remove_channel_callbacks(m_channel, m_callbacks.get());
    ssh_channel_free(m_channel);
}

SshCommand::State SshCommand::advance(bool& progressed)
{
    if (m_phase == Phase::Opening)
        return open(progressed);
    if (m_phase == Phase::Requesting)
        return request(progressed);
    return run(progressed);
}

SshCommand::State SshCommand::open(bool& progressed)
{
    const int code = ssh_channel_open_session(m_channel);
    if (code == SSH_AGAIN)
        return State::Going;
    progressed = true;
    if (code != SSH_OK)
        return State::Refused;
    m_phase = Phase::Requesting;
    return request(progressed);
}

SshCommand::State SshCommand::request(bool& progressed)
{
    // The login shell may be any; the one that takes its place leads a process group and says which.
    const std::string command = "exec /bin/sh -c " + shellQuoted("echo $$ >&2\n" + m_job.command);
    const int code = ssh_channel_request_exec(m_channel, command.c_str());
    if (code == SSH_AGAIN)
        return State::Going;
    progressed = true;
    if (code != SSH_OK) {
        m_result.errors = "the server does not run commands";
        return finish();
    }
    m_phase = Phase::Running;
    return run(progressed);
}

SshCommand::State SshCommand::run(bool& progressed)
{
    feed(progressed);
    read(false, progressed);
    read(true, progressed);
    const bool over =
        ssh_channel_is_closed(m_channel) != 0 || (ssh_channel_is_eof(m_channel) != 0 && m_ended);
    const bool unread = ssh_channel_poll(m_channel, 0) > 0 || ssh_channel_poll(m_channel, 1) > 0;
    if (over && !unread)
        return finish();
    if (SshJob::Clock::now() >= m_job.deadline) {
        m_result.timedOut = true;
        m_result.exitCode = 128 + SIGKILL;
        return finish();
    }
    return State::Going;
}

void SshCommand::feed(bool& progressed)
{
    constexpr std::size_t most = 32768;
    while (m_fed < m_job.input.size()) {
        const std::size_t count = std::min(most, m_job.input.size() - m_fed);
        const int written =
            ssh_channel_write(m_channel, m_job.input.data() + m_fed, static_cast<std::uint32_t>(count));
        if (written < 0 && written != SSH_AGAIN) {
            m_fed = m_job.input.size(); // the command has ended without reading it all
            break;
        }
        if (written <= 0)
            return;
        m_fed += static_cast<std::size_t>(written);
        progressed = true;
    }
    if (!m_inputClosed) {
        ssh_channel_send_eof(m_channel);
        m_inputClosed = true;
        progressed = true;
    }
}

void SshCommand::read(bool isError, bool& progressed)
{
    std::array<char, 32768> block;
    for (;;) {
        const int count =
            ssh_channel_read_nonblocking(m_channel, block.data(), block.size(), isError ? 1 : 0);
        if (count <= 0)
            return;
        progressed = true;
        take({block.data(), static_cast<std::size_t>(count)}, isError);
    }
}

void SshCommand::take(std::string_view bytes, bool isError)
{
    if (!isError && m_job.sink) {
        m_job.sink(bytes);
        return;
    }
    (isError ? m_result.errors : m_result.output) += bytes;
    if (isError && m_group.empty())
        if (const std::size_t line = m_result.errors.find('\n'); line != std::string::npos) {
            m_group = m_result.errors.substr(0, line);
            m_result.errors.erase(0, line + 1);
        }
}

std::string SshCommand::leftover() const
{
    return m_result.timedOut && !m_group.empty() ? "kill -s KILL -- -" + m_group : std::string();
}

SshCommand::State SshCommand::finish()
{
    ssh_channel_close(m_channel);
    m_job.result.set_value(m_result);
    return State::Done;
}

void SshCommand::fail(const std::string& reason)
{
    m_job.result.set_exception(std::make_exception_ptr(HostError(reason)));
}

} // namespace widthwise
