// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_connection.h"

#include <libssh/server.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace widthwise {

namespace {

using Clock = std::chrono::steady_clock;
using State = LinkStatus::State;
using std::chrono::milliseconds;

constexpr milliseconds longestPause{60'000};

} // namespace

SshConnection::SshConnection(Options options, SshSecrets& secrets)
    : m_options(std::move(options)), m_secrets(secrets), m_wakeUp(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      m_pause(m_options.firstPause), m_thread([this] { live(); })
{
}

SshConnection::~SshConnection()
{
    {
        const std::lock_guard lock(m_mutex);
        m_end = true;
    }
    wake();
    m_thread.join();
    close(m_wakeUp);
}

void SshConnection::wake() const
{
    eventfd_write(m_wakeUp, 1);
}

LinkStatus SshConnection::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

void SshConnection::setStatus(State state, const std::string& reason)
{
    const std::lock_guard lock(m_mutex);
    const bool wasUp = m_status.state == State::Idle || m_status.state == State::Connected;
    if (wasUp || state == State::Connected)
        m_status.since = Clock::now();
    m_status.state = state;
    m_status.reason = reason;
    m_status.nextTry = Clock::now() + (state == State::Lost ? m_pause : milliseconds(0));
}

void SshConnection::noteSignOfLife()
{
    const std::lock_guard lock(m_mutex);
    m_status.lastContact = Clock::now() - m_session->silence();
}

void SshConnection::connect(SshPrompter& prompter)
{
    Greeting greeting{.prompter = &prompter, .done = {}};
    std::future<void> done = greeting.done.get_future();
    {
        const std::lock_guard lock(m_mutex);
        m_greetings.push_back(std::move(greeting));
    }
    wake();
    done.get();
}

CommandResult SshConnection::run(const std::string& command, milliseconds deadline, SshInput input,
                                 std::function<void(std::string_view)> sink)
{
    SshJob job{.command = command,
               .input = std::move(input),
               .deadline = Clock::now() + deadline,
               .sink = std::move(sink),
               .result = {}};
    std::future<CommandResult> result = job.result.get_future();
    {
        const std::lock_guard lock(m_mutex);
        m_inbox.push_back(std::move(job));
    }
    wake();
    return result.get();
}

void SshConnection::live()
{
    for (;;) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_end)
                break;
        }
        takeOver();
        greet();
        if (!m_waiting.empty())
            ensureConnected();
        refuseLate();
        if (m_session) {
            noteSignOfLife();
            startWaiting();
            advanceAll();
            keepSpare();
            watchLink();
        }
        wait();
    }
    drop("the program ends");
    m_session.reset();
}

void SshConnection::takeOver()
{
    const std::lock_guard lock(m_mutex);
    std::ranges::move(m_inbox, std::back_inserter(m_waiting));
    m_inbox.clear();
}

void SshConnection::greet()
{
    std::deque<Greeting> greetings;
    {
        const std::lock_guard lock(m_mutex);
        greetings.swap(m_greetings);
    }
    for (Greeting& greeting : greetings) {
        try {
            if (!m_session)
                establish(greeting.prompter);
            greeting.done.set_value();
        } catch (...) {
            greeting.done.set_exception(std::current_exception());
        }
    }
}

void SshConnection::establish(SshPrompter* prompter)
{
    setStatus(State::Connecting);
    try {
        m_session = std::make_unique<SshSession>(
            m_options.target,
            SshAccess{.timeout = m_options.timeout, .prompter = prompter, .secrets = &m_secrets});
        m_pause = m_options.firstPause;
        setStatus(State::Connected);
        if (prompter)
            prompter->loggedIn(m_options.target.host().name);
    } catch (const PersonNeeded& error) {
        setStatus(State::NeedsPerson, error.what());
        throw;
    } catch (const HostError& error) {
        setStatus(State::Lost, error.what());
        m_pause = std::min(2 * m_pause, longestPause);
        throw;
    }
}

/// Where there is no link, and none is to be tried now, everything that waits is told so at once.
void SshConnection::ensureConnected()
{
    if (m_session)
        return;
    const LinkStatus now = status();
    std::string reason = now.reason;
    if (now.state != State::NeedsPerson && Clock::now() >= now.nextTry) {
        try {
            establish(nullptr);
            return;
        } catch (const HostError& error) {
            reason = error.what();
        }
    }
    for (SshJob& job : m_waiting)
        job.result.set_exception(std::make_exception_ptr(HostError(reason)));
    m_waiting.clear();
}

void SshConnection::refuseLate()
{
    std::erase_if(m_waiting, [](SshJob& job) {
        const bool late = Clock::now() >= job.deadline;
        if (late)
            job.result.set_value({.exitCode = 128 + SIGKILL, .timedOut = true, .output = {}, .errors = {}});
        return late;
    });
}

SshShell SshConnection::takeShell()
{
    SshShell shell = m_spare ? std::move(*m_spare) : SshShell(m_session->handle());
    m_spare.reset();
    return shell;
}

/// One more than there are commands, as far as commands are allowed. A server that opens no more channels may
/// do so when a command has ended.
void SshConnection::keepSpare()
{
    if (!m_spare && !m_spareRefused && std::ssize(m_running) < m_options.channels)
        m_spare.emplace(m_session->handle());
    if (!m_spare)
        return;
    const SshShell::State state = m_spare->advance(m_progressed);
    m_spareRefused = state == SshShell::State::Refused || state == SshShell::State::Mute;
    if (m_spareRefused)
        m_spare.reset();
}

void SshConnection::startWaiting()
{
    if (m_running.empty())
        m_busySince = Clock::now();
    while (!m_waiting.empty() && std::ssize(m_running) < m_options.channels &&
           Clock::now() >= m_retryOpening) {
        m_running.emplace_back(takeShell(), std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
}

void SshConnection::advanceAll()
{
    constexpr milliseconds reopenAfter{50};
    m_progressed = false;
    for (auto command = m_running.begin(); command != m_running.end();) {
        switch (command->advance(m_progressed)) {
        case SshCommand::State::Going:
            ++command;
            continue;
        case SshCommand::State::Refused:
            // The server has enough of them, unless this is the only one.
            if (m_session->isConnected()) {
                m_spare.reset();
                m_spareRefused = true;
                m_waiting.push_front(command->takeJob());
                m_retryOpening = Clock::now() + reopenAfter;
            } else {
                command->fail(m_options.target.host().host + ": " + m_session->error());
            }
            break;
        case SshCommand::State::Done:
            m_spareRefused = false;
            if (const std::string end = command->leftover(); !end.empty())
                m_waiting.push_front({.command = end,
                                      .input = {},
                                      .deadline = Clock::now() + m_options.timeout,
                                      .sink = {},
                                      .result = {}});
            break;
        }
        command = m_running.erase(command);
    }
}

/// TCP itself notices a link that takes no more bytes; a server that has frozen acknowledges them and is
/// silent.
void SshConnection::watchLink()
{
    const bool busy = !m_running.empty();
    const auto silence = std::min<Clock::duration>(m_session->silence(), Clock::now() - m_busySince);
    if (busy && Clock::now() >= m_nextProbe) {
        ssh_send_keepalive(m_session->handle());
        m_nextProbe = Clock::now() + m_options.timeout / 3;
    }
    if (!m_session->isConnected())
        drop("the link to " + m_options.target.host().host + " is lost: " + m_session->error());
    else if (busy && silence > 2 * m_options.timeout)
        drop(m_options.target.host().host + " has not answered for " +
             std::to_string(std::chrono::round<std::chrono::seconds>(silence).count()) + " s");
}

void SshConnection::drop(const std::string& reason)
{
    if (m_session)
        setStatus(State::Lost, reason);
    for (SshCommand& command : m_running)
        command.fail(reason);
    m_running.clear();
    for (SshJob& job : m_waiting)
        job.result.set_exception(std::make_exception_ptr(HostError(reason)));
    m_waiting.clear();
    m_spare.reset();
    m_spareRefused = false;
    m_session.reset();
}

void SshConnection::wait()
{
    constexpr milliseconds idle{1000};
    auto until = Clock::now() + (m_progressed ? milliseconds(0) : idle);
    for (const SshCommand& command : m_running)
        until = std::min(until, command.deadline());
    if (!m_waiting.empty())
        until = std::min(until, m_retryOpening);
    m_progressed = false;

    std::array<pollfd, 2> files{
        {{.fd = m_wakeUp, .events = POLLIN, .revents = 0}, {.fd = -1, .events = 0, .revents = 0}}};
    if (m_session)
        files[1] = {.fd = m_session->socket(), .events = m_session->awaited(), .revents = 0};
    const auto timeout = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - Clock::now()));
    poll(files.data(), files.size(), static_cast<int>(timeout.count()));
    eventfd_t count = 0;
    eventfd_read(m_wakeUp, &count);
    if (m_session && files[1].revents != 0) {
        m_session->process();
        watchLink();
    }
}

} // namespace widthwise
