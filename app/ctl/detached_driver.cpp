// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/detached_driver.h"

#include "app/ctl/subcommand.h"
#include "core/host/detached_process.h"
#include "core/store/driver_lease.h"

#include <sys/wait.h>

#include <chrono>
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

} // namespace

std::string driverLogFile(const std::string& storeFile, const std::string& experiment)
{
    return trialsDirectory(storeFile) + '/' + experiment + ".driver.log";
}

std::int64_t startDetachedDriver(Database& database, const ExperimentRecord& record)
{
    const pid_t pid =
        startDetached({.program = "/proc/self/exe",
                       .arguments = {"widthwisectl", "drive", "--store", database.file(), record.name}});
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
