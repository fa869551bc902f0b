// SPDX-License-Identifier: GPL-3.0-or-later
#include "peer.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <sys/resource.h>

namespace widthwise::bench {

namespace {

double childrensSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<double> numbersOf(const std::string& command)
{
    std::FILE* pipe = popen(command.c_str(), "r");
    std::vector<double> numbers;
    for (double number = 0; pipe != nullptr && std::fscanf(pipe, "%lf", &number) == 1;) {
        numbers.push_back(number);
    }
    const bool failed = pipe == nullptr || pclose(pipe) != 0;
    return failed ? std::vector<double>() : numbers;
}

double cpuSecondsOf(const std::string& command)
{
    const double before = childrensSeconds();
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("failed: " + command);
    }
    return childrensSeconds() - before;
}

std::string pythonPeer(const std::string& script, const std::vector<std::string>& arguments,
                       const std::string& core)
{
    std::string command = "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 ";
    command += core.empty() ? "" : "OPENBLAS_CORETYPE=" + core + ' ';
    const char* python = std::getenv("PYTHON");
    command += python == nullptr ? "/usr/bin/python3" : python;
    command += " " WIDTHWISE_BENCH_SOURCE "/peers/" + script;
    for (const std::string& argument : arguments) {
        command += " '" + argument + '\'';
    }
    return command + " 2>/dev/null";
}

} // namespace widthwise::bench
