// SPDX-License-Identifier: GPL-3.0-or-later
// Events per second of the pure driver with ten thousand workers, against the same with a hundred: what a
// worker costs must not grow with their number.
#include "tests/bench/report.h"
#include "tests/core/experiment/driver_simulation.h"

#include <algorithm>

using namespace widthwise;

namespace {

constexpr int reports = 10;

/// Events per second of `trials` trials, `workers` at a time, each started, reporting, and ending.
double eventRate(int workers, int trials)
{
    DriverSimulation simulation(simulatedExperiment(workers, trials));
    const bench::Stopwatch watch;
    for (std::size_t next = 0; next < simulation.launches.size(); next += static_cast<std::size_t>(workers)) {
        const std::size_t end =
            std::min(simulation.launches.size(), next + static_cast<std::size_t>(workers));
        for (std::size_t i = next; i < end; ++i)
            simulation.start(simulation.launches[i].first);
        for (int step = 1; step <= reports; ++step)
            for (std::size_t i = next; i < end; ++i)
                simulation.report(simulation.launches[i].first, step, 1.0 / (step + static_cast<double>(i)));
        for (std::size_t i = next; i < end; ++i) {
            simulation.now += std::chrono::milliseconds(1);
            simulation.exit(simulation.launches[i].first);
        }
    }
    return trials * (reports + 2.0) / watch.seconds();
}

} // namespace

int main()
{
    constexpr int trials = 50'000;
    bench::Sample few;
    bench::Sample many;
    for (int repetition = 0; repetition < 3; ++repetition) {
        few.add(eventRate(100, trials));
        many.add(eventRate(10'000, trials));
    }
    bench::report({"driver, 10 000 workers", many.median() / 1e3, "k/s",
                   bench::Reference{"100 workers", few.median() / 1e3}, bench::ratioAtLeast(0.5)});
}
