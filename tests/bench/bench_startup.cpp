// SPDX-License-Identifier: GPL-3.0-or-later
// Starting: CPU seconds of a trial of one step, against an empty program and one that is merely linked to
// LibTorch; and of its parts, each of a process of its own that does what the trainer does.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"
#include "core/trainer/families/registry.h"

#include "peer.h"
#include "report.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t jetCount = 10000;
constexpr int rounds = 7;
constexpr std::array parts{"to main()", "BLAS and threads", "data opened", "read and normalised",
                           "model",     "first step",       "second step"};

/// Prints the CPU seconds of each part.
[[noreturn]] void start(const std::string& path)
{
    double before = 0;
    const auto part = [&before] {
        const double now = cpuSeconds();
        std::printf("%g\n", now - before);
        before = now;
    };
    part();
    prepareCompute(1);
    part();
    const Settings settings;
    TrainingJets jets({.path = path,
                       .jetVariables = settings.of<JetSettings>().jetVariables,
                       .trackVariables = settings.of<JetSettings>().trackVariables,
                       .classes = {},
                       .first = 0,
                       .count = jetCount},
                      settings.batchSize, 1, 4e9);
    part();
    jets.normalizeWith(jets.measure());
    part();
    Network<float> network(familyOf(settings), settings, {{"classes", 4}});
    Optimizer<float> optimizer({}, network.segments(), network.values().size());
    part();
    for (int step = 0; step < 2; ++step) {
        const Batch batch = jets.batch(step);
        network.differentiate(batch);
        optimizer.update(step, 1e-4, 0.9, 1, network.values(), network.gradient());
        part();
    }
    std::fflush(stdout);
    std::_Exit(0);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 2) {
        start(argv[1]);
    }
    const ScratchFolder folder;
    const std::string path = folder.file("jets.h5");
    writeSimulation({.path = path, .jets = jetCount, .seed = 1});
    std::ofstream(folder.file("config.json"))
        << R"({"data": "jets.h5", "steps": 1, "validation_fraction": 0.01})";
    const std::string trial =
        WIDTHWISE_TRAINER_FILE " train --config " + folder.file("config.json") + " >/dev/null";
    const std::string ourselves = "/proc/" + std::to_string(getpid()) + "/exe " + path;

    Sample whole;
    Sample empty;
    Sample torch;
    std::array<Sample, parts.size()> ofParts;
    for (int round = 0; round < rounds; ++round) {
        whole.add(1e3 * cpuSecondsOf(trial));
        empty.add(1e3 * cpuSecondsOf(WIDTHWISE_FLOOR_EMPTY));
        torch.add(1e3 * cpuSecondsOf(WIDTHWISE_FLOOR_TORCH));
        const auto seconds = numbersOf(ourselves);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            ofParts[i].add(1e3 * seconds.at(i));
        }
    }
    report({"start: an empty program", empty.median(), "ms"});
    report({"start: a trial of one step and its end", whole.median(), "ms",
            Reference{"linked to LibTorch", torch.median()}});
    for (std::size_t i = 0; i < parts.size(); ++i) {
        report({"start: part: " + std::string(parts[i]), ofParts[i].median(), "ms"});
    }
}
