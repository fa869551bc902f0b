// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/detached_driver.h"

#include "app/ctl/subcommand.h"
#include "core/store/driver_lease.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;

std::string lastLine(const std::string& file)
{
    std::ifstream log(file);
    std::string last;
    for (std::string line; std::getline(log, line);)
        if (!line.empty())
            last = line;
    return last;
}

pid_t spawn(std::vector<std::string> arguments)
{
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    for (const int descriptor : {0, 1, 2})
        posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        throw Failure(Unsuccessful, "the driver could not be started: " + std::string(std::strerror(error)));
    return pid;
}

} // namespace

std::string driverLogFile(const std::string& storeFile, const std::string& experiment)
{
    return trialsDirectory(storeFile) + '/' + experiment + ".driver.log";
}

std::int64_t startDetachedDriver(Database& database, const ExperimentRecord& record)
{
    const pid_t pid = spawn({"widthwisectl", "drive", "--store", database.file(), record.name});
    while (true) {
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            if (WIFEXITED(status) && WEXITSTATUS(status) == Done)
                return pid; // it had little to do
            throw Failure(WIFEXITED(status) ? static_cast<ExitCode>(WEXITSTATUS(status)) : Unsuccessful,
                          "the driver ended at once: " +
                              lastLine(driverLogFile(database.file(), record.name)));
        }
        const std::optional<DriverInfo> driver = driverInfo(database, record.id);
        if (driver && driver->pid == pid)
            return pid;
        std::this_thread::sleep_for(20ms);
    }
}

} // namespace widthwise::ctl
