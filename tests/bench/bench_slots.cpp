// SPDX-License-Identifier: GPL-3.0-or-later
// How well short trials keep the slots busy: 100 shell commands of half a second, two at a time, against
// xargs with the same payload. Then how many processes a trial takes, how soon the driver knows of an end,
// and what it costs while nothing happens.
#include "tests/bench/report.h"
#include "tests/core/run/runner_fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace widthwise;

namespace {

constexpr int trials = 100;
constexpr int slots = 2;

const std::string payload =
    "date +%s.%N >\"$1.start\"\n"
    "sleep 0.5\n"
    "echo '{\"step\":1,\"metrics\":{\"loss\":1}}' >>\"${WIDTHWISE_TRIAL_DIR:-.}/metrics.jsonl\"\n"
    "date +%s.%N >\"$1.end\"\n";

double timeIn(const std::string& file)
{
    double time = 0;
    std::ifstream(file) >> time;
    return time;
}

/// Fraction of the time from the first start to the last end in which every slot was busy.
double busyFraction(const std::string& folder)
{
    std::vector<std::pair<double, int>> changes;
    for (int i = 0; i < trials; ++i) {
        changes.emplace_back(timeIn(folder + '/' + std::to_string(i) + ".start"), 1);
        changes.emplace_back(timeIn(folder + '/' + std::to_string(i) + ".end"), -1);
    }
    std::sort(changes.begin(), changes.end());
    double busy = 0;
    int running = 0;
    for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
        running += changes[i].second;
        if (running >= slots)
            busy += changes[i + 1].first - changes[i].first;
    }
    return busy / (changes.back().first - changes.front().first);
}

/// Milliseconds from a program's end to the driver's knowledge of it.
bench::Sample endLatency(RunnerFixture& fixture, std::int64_t experiment, const std::string& folder)
{
    bench::Sample latency;
    for (const Trial& trial : fixture.trials(experiment)) {
        const double end = timeIn(folder + '/' + std::to_string(trial.number) + ".end");
        latency.add(static_cast<double>(trial.finished->time_since_epoch().count()) - 1e3 * end);
    }
    return latency;
}

double secondsOf(const rusage& usage)
{
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return secondsOf(usage);
}

/// In a namespace of its own the newest process's number counts all that were started.
void enterOwnNamespace(char** argv)
{
    constexpr const char* entered = "WIDTHWISE_BENCH_ENTERED";
    if (std::getenv(entered) != nullptr)
        return;
    setenv(entered, "1", 1);
    const std::string command = geteuid() == 0 ? "unshare --pid --fork --mount-proc "
                                               : "unshare --user --map-root-user --pid --fork --mount-proc ";
    if (std::system((command + "true 2>/dev/null").c_str()) == 0)
        execl("/bin/sh", "sh", "-c", ("exec " + command + "\"$0\"").c_str(), argv[0], nullptr);
    std::puts("# slots: no namespace may be made here, so others' processes count too");
}

/// Processes and threads started so far.
double processesSoFar()
{
    std::ifstream file("/proc/loadavg");
    std::string newest;
    while (file >> newest) // the last word
        continue;
    return std::stod(newest);
}

/// Milliseconds from the end of a program to the start of the next in its slot.
bench::Sample gaps(const std::string& folder)
{
    std::vector<double> starts;
    std::vector<double> ends;
    for (int i = 0; i < trials; ++i) {
        starts.push_back(timeIn(folder + '/' + std::to_string(i) + ".start"));
        ends.push_back(timeIn(folder + '/' + std::to_string(i) + ".end"));
    }
    std::sort(starts.begin(), starts.end());
    std::sort(ends.begin(), ends.end());
    bench::Sample sample;
    for (int i = 0; i + slots < trials; ++i)
        sample.add(1e3 * (starts[i + slots] - ends[i]));
    return sample;
}

/// Percent of one core that one process a second takes.
double processLoad(RunnerFixture& fixture)
{
    constexpr int processes = 20;
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_CHILDREN, &before);
    for (int i = 0; i < processes; ++i)
        fixture.host().run("exec true", std::chrono::seconds(10));
    getrusage(RUSAGE_CHILDREN, &after);
    return 100 * (secondsOf(after) - secondsOf(before)) / processes;
}

/// Percent of one core that a driver takes while its trials run and say nothing.
double idleLoad(RunnerFixture& fixture)
{
    const std::int64_t id = fixture.add("idle", RunnerFixture::yaml("sleep 12", 2, 2));
    const auto runner = fixture.runner(id);
    std::thread thread([&] { runner->run(); });
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const double before = cpuSeconds();
    std::this_thread::sleep_for(std::chrono::seconds(10));
    const double load = 100 * (cpuSeconds() - before) / 10;
    thread.join();
    return load;
}

} // namespace

int main(int, char** argv)
{
    enterOwnNamespace(argv);
    const bench::ScratchFolder scratch;
    RunnerFixture fixture(scratch.file("store"));
    const std::string script = fixture.folder() + "/payload.sh";
    std::ofstream(script) << payload;
    const std::string ours = fixture.folder() + "/ours";
    const std::string theirs = fixture.folder() + "/theirs";
    std::filesystem::create_directory(ours);
    std::filesystem::create_directory(theirs);

    const double beforeOurs = processesSoFar();
    const std::int64_t id =
        fixture.add("slots", RunnerFixture::yaml("sh " + script + ' ' + ours + "/{trial}", trials, slots));
    if (fixture.drive(id) != ExperimentState::Completed)
        return EXIT_FAILURE;
    const double processes = (processesSoFar() - beforeOurs) / trials;
    const std::string peer = "cd " + theirs + " && seq 0 " + std::to_string(trials - 1) + " | xargs -P " +
                             std::to_string(slots) + " -I{} sh " + script + ' ' + theirs + "/{}";
    const double beforeTheirs = processesSoFar();
    if (fixture.host().run(peer, std::chrono::minutes(5)).exitCode != 0)
        return EXIT_FAILURE;
    const double theirProcesses = (processesSoFar() - beforeTheirs) / trials;

    bench::report({"both slots busy, 100 trials of 0.5 s", 100 * busyFraction(ours), "%",
                   bench::Reference{"xargs -P 2", 100 * busyFraction(theirs)}, bench::ratioAtLeast(0.95)});
    bench::report({"processes per trial, 4 of them its program", processes, "",
                   bench::Reference{"xargs -P 2", theirProcesses}, bench::ratioAtMost(3.1)});
    bench::report({"end of a program to the next one, median",
                   gaps(ours).median(),
                   "ms",
                   bench::Reference{"xargs -P 2", gaps(theirs).median()},
                   {}});
    const bench::Sample latency = endLatency(fixture, id, ours);
    bench::report(
        {"end of a trial known, median", latency.median(), "ms", bench::lateness(), bench::atMost(20)});
    bench::report({"end of a trial known, 95 %", latency.p95(), "ms", bench::lateness(), {}});
    bench::report({"idle driver, 2 trials running", idleLoad(fixture), "% core",
                   bench::Reference{"one process a second", processLoad(fixture)}, bench::ratioAtMost(2)});
}
