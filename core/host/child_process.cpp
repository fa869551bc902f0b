// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/child_process.h"
#include "core/host/pipe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX has it declared by the program

namespace widthwise {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// What the child starts with: its own process group, default signals, our ends of the pipes and nothing
/// else.
class SpawnSettings {
public:
    SpawnSettings(const Pipe& in, const Pipe& out, const Pipe& errors)
    {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawn_file_actions_adddup2(&m_actions, in.readEnd.number(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&m_actions, out.writeEnd.number(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&m_actions, errors.writeEnd.number(), STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&m_actions, STDERR_FILENO + 1);
        posix_spawnattr_init(&m_attributes);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setpgroup(&m_attributes, 0);
        posix_spawnattr_setflags(&m_attributes,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&m_actions);
        posix_spawnattr_destroy(&m_attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    pid_t spawn(const std::string& command) const
    {
        std::string shell = "sh";
        std::string option = "-c";
        std::string script = command;
        const std::array<char*, 4> arguments{shell.data(), option.data(), script.data(), nullptr};
        pid_t pid = 0;
        if (const int error =
                posix_spawn(&pid, "/bin/sh", &m_actions, &m_attributes, arguments.data(), environ))
            throw HostError(std::string("cannot start /bin/sh: ") + std::strerror(error));
        return pid;
    }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

/// Takes what is there to read; closes the descriptor at its end.
void readInto(FileDescriptor& descriptor, std::string& text)
{
    std::array<char, 65536> buffer;
    const ssize_t count = read(descriptor.number(), buffer.data(), buffer.size());
    if (count > 0)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        descriptor.close();
}

/// Writes what the child takes; closes the descriptor once all is written or the child does not want it.
void writeFrom(FileDescriptor& descriptor, std::string_view& input)
{
    const ssize_t count =
        write(descriptor.number(), input.data(), std::min<std::size_t>(input.size(), 65536));
    if (count > 0)
        input.remove_prefix(static_cast<std::size_t>(count));
    else if (count < 0 && errno != EAGAIN && errno != EINTR)
        input = {};
    if (input.empty())
        descriptor.close();
}

struct Streams {
    FileDescriptor in;
    FileDescriptor out;
    FileDescriptor errors;
};

/// False where the deadline came first.
bool exchange(Streams& streams, std::string_view input, SteadyClock::time_point deadline,
              CommandResult& result)
{
    const BlockedSigpipe guard;
    if (input.empty())
        streams.in.close();
    while (streams.out || streams.errors || streams.in) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
        if (left.count() <= 0)
            return false;
        std::array<pollfd, 3> ready{{{streams.out.number(), POLLIN, 0},
                                     {streams.errors.number(), POLLIN, 0},
                                     {streams.in.number(), POLLOUT, 0}}};
        if (poll(ready.data(), ready.size(), static_cast<int>(left.count())) < 0)
            continue;
        if (ready[0].revents)
            readInto(streams.out, result.output);
        if (ready[1].revents)
            readInto(streams.errors, result.errors);
        if (ready[2].revents)
            writeFrom(streams.in, input);
    }
    return true;
}

/// Waits for the child until the deadline; false where it came first.
bool reap(pid_t pid, SteadyClock::time_point deadline, int& status)
{
    std::chrono::microseconds pause{50};
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (SteadyClock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds{5000});
    }
    return true;
}

} // namespace

CommandResult runShell(const std::string& command, std::chrono::milliseconds deadline, std::string_view input)
{
    const auto end = SteadyClock::now() + deadline;
    Pipe in = makePipe();
    Pipe out = makePipe();
    Pipe errors = makePipe();
    const pid_t pid = SpawnSettings(in, out, errors).spawn(command);
    Streams streams{std::move(in.writeEnd), std::move(out.readEnd), std::move(errors.readEnd)};
    in.readEnd.close();
    out.writeEnd.close();
    errors.writeEnd.close();
    for (const FileDescriptor* descriptor : {&streams.in, &streams.out, &streams.errors})
        makeNonBlocking(*descriptor);

    CommandResult result;
    int status = 0;
    if (!exchange(streams, input, end, result) || !reap(pid, end, status)) {
        result.timedOut = true;
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    result.exitCode = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

} // namespace widthwise
