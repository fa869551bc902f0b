// SPDX-License-Identifier: GPL-3.0-or-later
// Workers of one trial: milliseconds in which two of them add up a gradient in shared memory, against Gloo
// and against copying it once, and jets per second of two workers against one. Wall clock: two idle cores are
// needed for figures that mean something.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/data_parallel.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"
#include "core/trainer/families/registry.h"
#include "core/trainer/parallel/shared_memory.h"
#include "core/trainer/parallel/worker_group.h"

#include "report.h"

#include <cstdio>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::int64_t batchSize = 300;

/// What worker 0 of `workers` forked ones measures.
double measured(int workers, Communication communication, const std::function<double(Communicator&)>& measure)
{
    const ScratchFolder folder;
    const SharedMemory memory(createSharedMemory(sizeof(double)), sizeof(double));
    auto& result = *reinterpret_cast<double*>(memory.data());
    WorkerGroup place{.rank = 0, .size = workers, .onOneMachine = true, .meeting = "bench", .memory = -1};
    if (communication == Communication::SharedMemory) {
        place.memory = createSharedMemory(std::size_t{16} << 20);
    }
    for (; place.rank < workers; ++place.rank) {
        if (fork() == 0) {
            const auto communicator = workers > 1 ? meet(communication, place, folder.file("")) : nullptr;
            const double value = measure(communicator ? *communicator : alone());
            if (place.rank == 0) {
                result = value;
            }
            _exit(0);
        }
    }
    int status = 0;
    while (wait(&status) > 0) {
        if (status != 0) {
            throw std::runtime_error("a worker of the benchmark failed");
        }
    }
    return result;
}

double millisecondsOfSum(Communication communication, std::size_t size)
{
    return measured(2, communication, [size](Communicator& communicator) {
        std::vector<float> gradient(size, 1e-3F);
        const double seconds = medianSeconds(101, [&] {
            communicator.allReduceSum(std::span<float>(gradient));
            gradient[0] = 1;
        });
        communicator.barrier();
        return 1e3 * seconds;
    });
}

double millisecondsOfCopy(std::size_t size)
{
    const std::vector<float> from(size, 1);
    std::vector<float> to(size);
    return 1e3 * medianSeconds(101, [&] {
               std::memcpy(to.data(), from.data(), size * sizeof(float));
               use(to);
           });
}

void sums(std::size_t size, const std::string& name)
{
    const double sum = millisecondsOfSum(Communication::SharedMemory, size);
    report({"workers: add up " + name, sum, "ms", Reference{"copying it once", millisecondsOfCopy(size)}});
#ifdef WIDTHWISE_GLOO
    report({"workers: add up " + name, sum, "ms",
            Reference{"Gloo, loopback", millisecondsOfSum(Communication::Gloo, size)}, ratioAtMost(1)});
#else
    std::puts("# no peer: built without Gloo");
#endif
}

Settings settingsFor(std::int64_t width)
{
    Settings settings;
    settings.width = width;
    settings.of<JetSettings>().classes = {"bjets", "cjets", "ujets"};
    settings.of<Gn2Settings>().originTask = true;
    settings.of<Gn2Settings>().vertexTask = true;
    return settings;
}

double jetsPerSecond(int workers, const Settings& settings, const std::string& jetsFile, int steps)
{
    return measured(workers, Communication::SharedMemory, [&](Communicator& communicator) {
        prepareCompute(1);
        TrainingJets jets({.path = jetsFile,
                           .jetVariables = settings.of<JetSettings>().jetVariables,
                           .trackVariables = settings.of<JetSettings>().trackVariables,
                           .classes = settings.of<JetSettings>().classes,
                           .first = 0,
                           .count = 8 * batchSize,
                           .origins = true,
                           .vertices = true},
                          batchSize, 1, 1e9, {.index = communicator.rank(), .count = communicator.size()});
        jets.normalizeWith(jets.measure());
        Network<float> network(familyOf(settings), settings, {{"classes", 3}});
        Optimizer<float> optimizer({}, network.segments(), network.values().size());
        std::int64_t step = 0;
        const auto advance = [&] {
            const Batch slice = jets.batch(step);
            const std::vector<double> wholes = wholeDivisors(network, slice, communicator);
            joinSlices(network.differentiate(slice, nullptr, wholes).loss, network.gradient(), communicator);
            optimizer.update(step++, 1e-4, 0.9, 1, network.values(), network.gradient());
        };
        advance();
        return static_cast<double>(batchSize * workers) / medianSeconds(steps, advance);
    });
}

void training(const std::string& jetsFile, std::int64_t width, int steps)
{
    const Settings settings = settingsFor(width);
    Sample one;
    Sample two;
    for (int round = 0; round < 3; ++round) {
        one.add(jetsPerSecond(1, settings, jetsFile, steps));
        two.add(jetsPerSecond(2, settings, jetsFile, steps));
    }
    report({"workers: two train GN2 at width " + std::to_string(width), two.median(), "jets/s",
            Reference{"one", one.median()}});
}

} // namespace

int main()
{
    const ScratchFolder folder;
    const std::string jetsFile = folder.file("jets.h5");
    writeSimulation({.path = jetsFile, .jets = 16 * batchSize, .seed = 1});
    sums(366'000, "a gradient, width 64");
    sums(2'350'000, "a gradient, width 256");
    training(jetsFile, 64, 15);
    training(jetsFile, 256, 7);
}
