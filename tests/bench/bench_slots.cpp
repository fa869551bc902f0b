// SPDX-License-Identifier: GPL-3.0-or-later
// How well short trials keep the slots busy: 100 shell commands of half a second, two at a time, against
// xargs with the same payload. Then how soon the driver knows of an end, and what it costs while nothing
// happens.
#include "tests/bench/report.h"
#include "tests/core/run/runner_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <sys/resource.h>
#include <thread>

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

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
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

int main()
{
    const bench::ScratchFolder scratch;
    RunnerFixture fixture(scratch.file("store"));
    const std::string script = fixture.folder() + "/payload.sh";
    std::ofstream(script) << payload;
    const std::string ours = fixture.folder() + "/ours";
    const std::string theirs = fixture.folder() + "/theirs";
    std::filesystem::create_directory(ours);
    std::filesystem::create_directory(theirs);

    const std::int64_t id =
        fixture.add("slots", RunnerFixture::yaml("sh " + script + ' ' + ours + "/{trial}", trials, slots));
    if (fixture.drive(id) != ExperimentState::Completed)
        return EXIT_FAILURE;
    const std::string peer = "cd " + theirs + " && seq 0 " + std::to_string(trials - 1) + " | xargs -P " +
                             std::to_string(slots) + " -I{} sh " + script + ' ' + theirs + "/{}";
    if (fixture.host().run(peer, std::chrono::minutes(5)).exitCode != 0)
        return EXIT_FAILURE;

    bench::report({"both slots busy, 100 trials of 0.5 s", 100 * busyFraction(ours), "%",
                   bench::Reference{"xargs -P 2", 100 * busyFraction(theirs)}, bench::atLeast(90)});
    const bench::Sample latency = endLatency(fixture, id, ours);
    bench::report({"end of a trial known, median", latency.median(), "ms", {}, bench::atMost(20)});
    bench::report({"end of a trial known, 95 %", latency.p95(), "ms", {}, {}});
    bench::report({"idle driver, 2 trials running", idleLoad(fixture), "% core", {}, bench::atMost(1)});
}
