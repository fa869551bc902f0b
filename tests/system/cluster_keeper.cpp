// SPDX-License-Identifier: GPL-3.0-or-later
// cluster_keeper FILE COMMAND…: runs the command and lasts as long as anything that it started, however
// deeply and however detached. SIGTERM ends all of it. When nothing is left, writes into FILE how many
// processes it ended and leaves: the kernel itself says that none is left, as everything whose parent dies
// becomes a child of this process.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

std::vector<pid_t> descendants(pid_t parent)
{
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(parent) + "/task", error)) {
        std::ifstream children(task.path() / "children");
        for (pid_t child = 0; children >> child;) {
            found.push_back(child);
            const std::vector<pid_t> below = descendants(child);
            found.insert(found.end(), below.begin(), below.end());
        }
    }
    return found;
}

/// Collects dead children; false where there are no children at all.
bool collect()
{
    pid_t pid = 0;
    do {
        pid = waitpid(-1, nullptr, WNOHANG);
    } while (pid > 0 || (pid < 0 && errno == EINTR));
    return pid == 0;
}

int endAll()
{
    constexpr timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
    constexpr int patience = 50; // moments, before SIGKILL
    const auto ended = static_cast<int>(descendants(getpid()).size());
    for (int turn = 0; collect(); ++turn) {
        if (turn == 0 || turn >= patience) {
            for (const pid_t pid : descendants(getpid())) {
                kill(pid, turn == 0 ? SIGTERM : SIGKILL);
            }
        }
        nanosleep(&moment, nullptr);
    }
    return ended;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fputs("usage: cluster_keeper FILE COMMAND…\n", stderr);
        return 2;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) {
        sigaddset(&awaited, signal);
    }
    sigset_t before;
    sigprocmask(SIG_BLOCK, &awaited, &before);

    if (fork() == 0) {
        sigprocmask(SIG_SETMASK, &before, nullptr);
        execvp(argv[2], argv + 2);
        std::perror(argv[2]);
        _exit(127);
    }
    int signal = SIGCHLD;
    do {
        sigwait(&awaited, &signal);
    } while (signal == SIGCHLD && collect());
    std::ofstream(argv[1]) << endAll() << "\n";
    return 0;
}
