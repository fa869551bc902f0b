// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/started_script.h"

#include "core/host/host.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace widthwise {

namespace {

/// Between fork and exec, where only what is safe in a signal handler may be called: nothing allocates.
[[noreturn]] void becomeScript(const char* path, const char* time)
{
    for (int signal = 1; signal < NSIG; ++signal)
        std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setsid();
    const int nothing = open("/dev/null", O_RDWR);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(nothing, descriptor);
    closefrom(STDERR_FILENO + 1);
    const char* adopts = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? "adopts" : "";
    execl("/bin/sh", "sh", path, "", adopts, time, static_cast<char*>(nullptr));
    _exit(127);
}

} // namespace

pid_t startScript(const std::string& path)
{
    const std::string time = std::to_string(std::time(nullptr));
    const pid_t pid = fork();
    if (pid < 0)
        throw HostError("cannot start " + path + ": " + std::strerror(errno));
    if (pid == 0)
        becomeScript(path.c_str(), time.c_str());
    return pid;
}

} // namespace widthwise
