// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_command.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <unistd.h>

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

std::string_view SshInput::at(std::size_t offset, std::span<char> block) const
{
    if (!file)
        return std::string_view(text).substr(offset);
    const ssize_t count = pread(file->number(), block.data(), std::min(block.size(), size - offset),
                                static_cast<off_t>(offset));
    return {block.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

struct SshCommand::Callbacks : ssh_channel_callbacks_struct {};

SshCommand::SshCommand(SshShell shell, SshJob job)
    : m_job(std::move(job)), m_order(SshShell::order(m_job.command)),
      m_callbacks(std::make_unique<Callbacks>()), m_shell(std::move(shell)), m_shellWaited(m_shell.isReady())
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
    ssh_set_channel_callbacks(m_shell.channel(), m_callbacks.get());
}

SshCommand::~SshCommand()
{
    ssh_remove_channel_callbacks(m_shell.channel(), m_callbacks.get());
}

SshCommand::State SshCommand::advance(bool& progressed)
{
    switch (m_shell.advance(progressed)) {
    case SshShell::State::Coming:
        return State::Going;
    case SshShell::State::Refused:
        return State::Refused;
    case SshShell::State::Mute:
        m_result.errors = "the server does not run commands";
        return finish();
    case SshShell::State::Ready:
        break;
    }
    return run(progressed);
}

SshCommand::State SshCommand::run(bool& progressed)
{
    feed(progressed);
    read(false, progressed);
    read(true, progressed);
    ssh_channel_struct* const channel = m_shell.channel();
    const bool over = ssh_channel_is_closed(channel) != 0 || (ssh_channel_is_eof(channel) != 0 && m_ended);
    const bool unread = ssh_channel_poll(channel, 0) > 0 || ssh_channel_poll(channel, 1) > 0;
    if (over && !unread) {
        if (!m_ended && ssh_is_connected(ssh_channel_get_session(channel)) == 0)
            return State::Going; // it has not ended, its connection has
        return m_shellWaited && !m_errors.begun ? State::Refused : finish();
    }
    if (SshJob::Clock::now() >= m_job.deadline) {
        m_result.timedOut = true;
        m_result.exitCode = 128 + SIGKILL;
        return finish();
    }
    return State::Going;
}

void SshCommand::feed(bool& progressed)
{
    std::array<char, 32768> block;
    const std::size_t all = m_order.size() + m_job.input.length();
    while (m_fed < all) {
        const bool isOrder = m_fed < m_order.size();
        const std::string_view rest =
            isOrder ? std::string_view(m_order).substr(m_fed) : m_job.input.at(m_fed - m_order.size(), block);
        const int written =
            rest.empty() ? SSH_ERROR
                         : ssh_channel_write(m_shell.channel(), rest.data(),
                                             static_cast<std::uint32_t>(std::min(block.size(), rest.size())));
        if (written < 0 && written != SSH_AGAIN) {
            m_fed = all; // the command has ended without reading it all, or the file is shorter than it was
            break;
        }
        if (written <= 0)
            return;
        m_fed += static_cast<std::size_t>(written);
        progressed = true;
    }
    if (!m_inputClosed) {
        ssh_channel_send_eof(m_shell.channel());
        m_inputClosed = true;
        progressed = true;
    }
}

void SshCommand::read(bool isError, bool& progressed)
{
    std::array<char, 32768> block;
    for (;;) {
        const int count =
            ssh_channel_read_nonblocking(m_shell.channel(), block.data(), block.size(), isError ? 1 : 0);
        if (count <= 0)
            return;
        progressed = true;
        take({block.data(), static_cast<std::size_t>(count)}, isError);
    }
}

void SshCommand::take(std::string_view bytes, bool isError)
{
    Stream& stream = isError ? m_errors : m_output;
    std::string rest;
    if (!stream.begun) {
        stream.before += bytes;
        const std::size_t mark = stream.before.find(SshShell::mark);
        const std::size_t end = stream.before.find('\n', std::min(mark, stream.before.size()));
        if (end == std::string::npos)
            return;
        stream.begun = true;
        if (isError)
            m_group = stream.before.substr(mark + SshShell::mark.size(), end - mark - SshShell::mark.size());
        rest = stream.before.substr(end + 1);
        bytes = rest;
        if (bytes.empty()) // the mark came alone
            return;
    }
    if (!isError && m_job.sink)
        m_job.sink(bytes);
    else
        (isError ? m_result.errors : m_result.output) += bytes;
}

std::string SshCommand::leftover() const
{
    return m_result.timedOut && !m_group.empty() ? "kill -s KILL -- -" + m_group.substr(1) : std::string();
}

SshCommand::State SshCommand::finish()
{
    ssh_channel_close(m_shell.channel());
    if (!m_errors.begun) // no shell came; what did tells why
        m_result.errors += m_errors.before + m_output.before;
    m_job.result.set_value(m_result);
    return State::Done;
}

void SshCommand::fail(const std::string& reason)
{
    m_job.result.set_exception(std::make_exception_ptr(HostError(reason)));
}

} // namespace widthwise
