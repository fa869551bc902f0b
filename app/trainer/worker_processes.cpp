// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/worker_processes.h"

#include "app/trainer/configuration.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

constexpr std::chrono::seconds patience{2};
constexpr std::chrono::seconds patienceAtEnd{30};

constexpr const char* rankVariable = "WIDTHWISE_WORKER";
constexpr const char* meetingVariable = "WIDTHWISE_WORKER_MEETING";
constexpr const char* memoryVariable = "WIDTHWISE_WORKER_MEMORY";

/// Null-terminated, for exec.
std::vector<char*> pointersTo(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// What the process is between fork and exec: nothing here may allocate.
[[noreturn]] void becomeWorker(const char* program, int errors, pid_t leader, char* const* arguments,
                               char* const* environment)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != leader) {
        _exit(lostAnother);
    }
    sigset_t later; // until Control listens
    sigemptyset(&later);
    for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) {
        sigaddset(&later, signal);
    }
    sigprocmask(SIG_BLOCK, &later, nullptr);
    dup2(errors, STDERR_FILENO);
    execve(program, arguments, environment);
    constexpr std::string_view failure = "this program cannot be started once more\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, failure.data(), failure.size());
    _exit(1);
}

/// By its name where that still leads to it, so that lists of processes show it. A bundle's script starts it
/// through the loader, and calls it by the script's name.
std::string thisProgram()
{
    constexpr const char* link = "/proc/self/exe";
    std::error_code error;
    const std::filesystem::path path = std::filesystem::read_symlink(link, error);
    if (path.filename().string().starts_with("ld-linux"))
        return program_invocation_name;
    return !error && std::filesystem::exists(path, error) ? path.string() : link;
}

std::string withoutName(const std::string& line)
{
    constexpr std::string_view program = "widthwise-trainer: ";
    return line.starts_with(program) ? line.substr(program.size()) : line;
}

} // namespace

WorkerProcesses::WorkerProcesses(const WorkerGroup& leader, const std::vector<std::string>& arguments)
{
    std::signal(SIGCHLD, SIG_DFL); // who ignores it is told of no child's end
    m_processes.resize(static_cast<std::size_t>(leader.size - 1));
    try {
        for (Process& process : m_processes) {
            process.rank = 1 + static_cast<int>(&process - m_processes.data());
            start(process, leader, arguments);
        }
    } catch (...) {
        killAll();
        throw;
    }
    m_watcher = std::thread([this] { watch(); });
}

WorkerProcesses::~WorkerProcesses()
{
    {
        const std::lock_guard lock(m_mutex);
        m_leaderEnds = true;
        killAll();
    }
    m_watcher.join();
}

void WorkerProcesses::start(Process& process, const WorkerGroup& leader,
                            const std::vector<std::string>& arguments)
{
    std::vector<std::string> words{"widthwise-trainer"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> environment{rankVariable + ("=" + std::to_string(process.rank)),
                                         meetingVariable + ("=" + leader.meeting),
                                         memoryVariable + ("=" + std::to_string(leader.memory))};
    for (char** variable = environ; *variable != nullptr; ++variable) {
        environment.emplace_back(*variable);
    }
    const std::vector<char*> argv = pointersTo(words);
    const std::vector<char*> envp = pointersTo(environment);

    std::array<int, 2> errors{};
    const pid_t self = getpid();
    const std::string program = thisProgram();
    const bool hasPipe = pipe2(errors.data(), O_CLOEXEC) == 0;
    process.pid = hasPipe ? fork() : -1;
    if (process.pid == 0) {
        becomeWorker(program.c_str(), errors[1], self, argv.data(), envp.data());
    }
    const int error = errno;
    if (hasPipe) {
        close(errors[1]);
        process.errors = errors[0];
    }
    if (process.pid < 0) {
        throw std::runtime_error("worker " + std::to_string(process.rank) +
                                 " cannot be started: " + std::strerror(error));
    }
}

void WorkerProcesses::watch()
{
    sigset_t all; // signals are for the thread that trains
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    while (!allEnded()) {
        std::vector<pollfd> waited;
        for (const Process& process : m_processes) {
            waited.push_back({.fd = process.errors, .events = POLLIN, .revents = 0});
        }
        poll(waited.data(), waited.size(), -1);
        for (std::size_t i = 0; i < waited.size(); ++i) {
            if (waited[i].revents != 0) {
                read(m_processes[i]);
            }
        }
        endUnlessLeaderDoes();
    }
}

/// Passes on what the process said, line by line, as several say something at a time; at the end of that,
/// waits for the end of the process.
void WorkerProcesses::read(Process& process)
{
    std::array<char, 1000> bytes{};
    const ssize_t count = ::read(process.errors, bytes.data(), bytes.size());
    const std::lock_guard lock(m_mutex);
    if (count > 0) {
        process.begun.append(bytes.data(), static_cast<std::size_t>(count));
        passOn(process);
    } else if (count == 0 || errno != EINTR) {
        waitpid(process.pid, &process.status, 0);
        close(process.errors);
        process.errors = -1;
        process.begun += '\n'; // where it was ended amid a line
        passOn(process);
        m_changed.notify_all();
    }
}

void WorkerProcesses::passOn(Process& process)
{
    for (std::size_t end; (end = process.begun.find('\n')) != std::string::npos;) {
        if (end > 0) {
            process.lastLine = process.begun.substr(0, end);
            std::cerr << process.lastLine + '\n';
        }
        process.begun.erase(0, end + 1);
    }
}

bool WorkerProcesses::allEnded() const
{
    return std::ranges::all_of(m_processes, [](const Process& process) { return process.errors < 0; });
}

void WorkerProcesses::endUnlessLeaderDoes()
{
    std::unique_lock lock(m_mutex);
    if (describeLoss(true).empty() || m_changed.wait_for(lock, patience, [&] { return m_leaderEnds; })) {
        return;
    }
    killAll();
    std::cerr << "widthwise-trainer: " << describeLoss(true) << std::endl;
    std::_Exit(1);
}

std::string WorkerProcesses::describeLoss(bool consequencesToo) const
{
    std::string consequence;
    for (const Process& process : m_processes) {
        if (process.errors >= 0 || process.status == 0) {
            continue;
        }
        const std::string name =
            "worker " + std::to_string(process.rank) + " of " + std::to_string(m_processes.size() + 1);
        if (WIFSIGNALED(process.status)) {
            const int signal = WTERMSIG(process.status);
            return name + " was ended by signal " + std::to_string(signal) + " (" + strsignal(signal) +
                   (signal == SIGKILL ? "): by someone, or because memory ran out" : ")");
        }
        if (WEXITSTATUS(process.status) != lostAnother) {
            return name + ": " + withoutName(process.lastLine);
        }
        consequence = withoutName(process.lastLine);
    }
    return consequencesToo ? consequence : std::string();
}

void WorkerProcesses::killAll()
{
    for (const Process& process : m_processes) {
        if (process.errors >= 0) { // not waited for: the number is still that process's
            kill(process.pid, SIGKILL);
        }
    }
}

void WorkerProcesses::finish()
{
    std::unique_lock lock(m_mutex);
    m_leaderEnds = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, patienceAtEnd, [&] { return allEnded(); });
    if (const std::string why = describeLoss(true); !why.empty()) {
        throw WorkerLost(why);
    }
}

std::string WorkerProcesses::loss()
{
    std::unique_lock lock(m_mutex);
    m_leaderEnds = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, patience, [&] { return allEnded() || !describeLoss(false).empty(); });
    return describeLoss(true);
}

std::optional<WorkerGroup> inheritedWorkerGroup(int size)
{
    const std::string rank = environmentVariable(rankVariable);
    if (rank.empty()) {
        return std::nullopt;
    }
    return WorkerGroup{.rank = std::stoi(rank),
                       .size = size,
                       .onOneMachine = true,
                       .meeting = environmentVariable(meetingVariable),
                       .memory = std::stoi(environmentVariable(memoryVariable))};
}

} // namespace widthwise::trainer
