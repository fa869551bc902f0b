// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/line_process.h"

#include "core/host/host.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>

namespace widthwise {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto endGrace = 2s;
constexpr std::size_t longestAnswer = 16 << 20; ///< bytes

/// What becomes the program; only calls that are safe between fork and exec. Returns where that failed.
void becomeProgram(char* const* words, const char* folder, int in, int out, int errors, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1); // it ended before
    setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
        ::signal(signal, SIG_DFL);
    if (chdir(folder) != 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        (errors >= 0 && dup2(errors, STDERR_FILENO) < 0))
        return;
    close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    execvp(words[0], words);
}

FileDescriptor openErrors(const std::string& file)
{
    if (file.empty())
        return FileDescriptor();
    FileDescriptor errors(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!errors)
        throw HostError("cannot write " + file + ": " + std::strerror(errno));
    return errors;
}

} // namespace

LineProcess::LineProcess(const Options& options)
{
    std::vector<std::string> words = options.words;
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const FileDescriptor errors = openErrors(options.errors);
    Pipe in = makePipe();
    Pipe out = makePipe();
    Pipe failed = makePipe();
    const pid_t parent = getpid();
    m_pid = fork();
    if (m_pid < 0)
        throw HostError(std::string("cannot start a program: ") + std::strerror(errno));
    if (m_pid == 0) {
        becomeProgram(pointers.data(), options.folder.c_str(), in.readEnd.number(), out.writeEnd.number(),
                      errors.number(), parent);
        const int error = errno;
        [[maybe_unused]] const ssize_t told = write(failed.writeEnd.number(), &error, sizeof error);
        _exit(127);
    }
    failed.writeEnd.close();
    int error = 0;
    ssize_t count = 0;
    do
        count = read(failed.readEnd.number(), &error, sizeof error);
    while (count < 0 && errno == EINTR);
    if (count > 0) {
        waitpid(m_pid, nullptr, 0);
        throw HostError("cannot start " + words.front() + " in " + options.folder + ": " +
                        std::strerror(error));
    }
    m_in = std::move(in.writeEnd);
    m_out = std::move(out.readEnd);
    makeNonBlocking(m_in);
    makeNonBlocking(m_out);
}

LineProcess::~LineProcess()
{
    m_in.close();
    m_out.close();
    for (const auto until = SteadyClock::now() + endGrace; !hasEnded() && SteadyClock::now() < until;)
        std::this_thread::sleep_for(5ms);
    kill(-m_pid, SIGKILL); // it or what it left behind: while it is not reaped, its number is its own
    waitpid(m_pid, nullptr, 0);
}

void LineProcess::send(std::string_view line)
{
    receive();
    if (!m_received.empty())
        throw HostError("it wrote what was not asked for");
    m_unsent = std::string(line) + '\n';
    sendRest();
}

std::optional<std::string> LineProcess::answer()
{
    sendRest();
    receive();
    const std::size_t end = m_received.find('\n');
    if (end == std::string::npos && !m_out && (hasEnded() || SteadyClock::now() >= m_closed + endGrace))
        throwEnded();
    if (end == std::string::npos)
        return std::nullopt;
    std::string answer = m_received.substr(0, end);
    m_received.erase(0, end + 1);
    ++m_answers;
    return answer;
}

/// One that does not read any more may have said why, or has ended.
void LineProcess::sendRest()
{
    const BlockedSigpipe guard;
    ssize_t count = 0;
    while (!m_unsent.empty() && (count = write(m_in.number(), m_unsent.data(), m_unsent.size())) > 0)
        m_unsent.erase(0, static_cast<std::size_t>(count));
    if (count < 0 && errno == EPIPE)
        m_unsent.clear();
}

void LineProcess::receive()
{
    std::array<char, 65536> buffer;
    ssize_t count = 0;
    while (m_out && (count = read(m_out.number(), buffer.data(), buffer.size())) > 0) {
        m_received.append(buffer.data(), static_cast<std::size_t>(count));
        if (m_received.size() > longestAnswer)
            throw HostError("its answer is longer than 16 MiB");
    }
    if (m_out && count == 0) {
        m_out.close();
        m_closed = SteadyClock::now();
    }
}

void LineProcess::throwEnded() const
{
    if (!hasEnded())
        throw HostError("it closed its output");
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOWAIT);
    throw HostError(info.si_code == CLD_EXITED ? "it ended with exit code " + std::to_string(info.si_status)
                                               : "it was ended by signal " + std::to_string(info.si_status));
}

bool LineProcess::hasEnded() const
{
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

} // namespace widthwise
