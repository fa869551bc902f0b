// SPDX-License-Identifier: GPL-3.0-or-later
// What a clean build with tests takes of the processors, without ccache, against what it took before headers
// were precompiled. That is kept as a number of compilations of one file, which is compiled here as often as
// the build goes on: so that it means the same on another machine, and on one that others use.
#include "tests/bench/report.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace widthwise;

namespace {

/// Those of a build of cc5da31, reckoned from every seventh of its 613 objects and what moc and links took.
constexpr double unitsBefore = 280;

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// CPU seconds of a shell command and of all that it started and waited for.
double cpuSeconds(const std::string& command)
{
    const std::string quiet = "{ " + command + "; } >/dev/null 2>&1";
    const pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", quiet.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        throw std::runtime_error("failed: " + command);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

int main()
{
    const bench::ScratchFolder folder;
    setenv("CCACHE_DISABLE", "1", 1);
    const std::string build = folder.file("build");
    const std::string unit = WIDTHWISE_COMPILER " -std=c++20 -O1 -g1 -fPIC -c " WIDTHWISE_SOURCE
                                                "/tests/bench/build_unit.cpp -o " +
                             folder.file("unit.o");
    cpuSeconds("cd " WIDTHWISE_SOURCE " && cmake --preset dev -B " + build);

    bench::Sample units;
    std::atomic<bool> built = false;
    std::thread compiler([&] {
        while (!built) {
            units.add(cpuSeconds(unit));
            std::this_thread::sleep_for(std::chrono::seconds(5));
        }
    });
    const double ours = cpuSeconds("cmake --build " + build);
    built = true;
    compiler.join();
    bench::report({"clean build with tests", ours, "CPU s",
                   bench::Reference{"before", unitsBefore * units.median()}, bench::ratioAtMost(0.6)});
}
