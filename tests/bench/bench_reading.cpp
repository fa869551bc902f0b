// SPDX-License-Identifier: GPL-3.0-or-later
// Reading: jets per CPU second from HDF5 to packed batches in a shuffled order, against h5py and padded
// matrices as salt reads them (peers/h5py_matrix.py), of the same file in the page cache, measured in turn.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"

#include "peer.h"
#include "report.h"

#include <cstdio>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t jetCount = 40000;
constexpr std::int64_t batchSize = 1000;
constexpr int rounds = 5;

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ",") + name;
    }
    return text;
}

/// Jets per CPU second of an epoch.
double readOurselves(const std::string& path)
{
    const Settings settings;
    const double start = cpuSeconds();
    TrainingJets jets({.path = path,
                       .jetVariables = settings.of<JetSettings>().jetVariables,
                       .trackVariables = settings.of<JetSettings>().trackVariables,
                       .classes = {},
                       .first = 0,
                       .count = jetCount,
                       .origins = true,
                       .vertices = true},
                      batchSize, 1, 4e9);
    for (std::int64_t step = 0; step < jets.stepsPerEpoch(); ++step) {
        use(jets.batch(step));
    }
    return jetCount / (cpuSeconds() - start);
}

void reading(const std::string& path, const std::string& filter)
{
    const Settings settings;
    const std::string peerCommand =
        pythonPeer("h5py_matrix.py", {"read", path, joined(settings.of<JetSettings>().jetVariables),
                                      joined(settings.of<JetSettings>().trackVariables)});
    readOurselves(path); // into the page cache
    Sample own;
    Sample peer;
    for (int round = 0; round < rounds; ++round) {
        own.add(readOurselves(path));
        if (const auto numbers = numbersOf(peerCommand); numbers.size() == 2) {
            peer.add(numbers[0] / numbers[1]);
        }
    }
    const std::string name = "reading: to packed batches, " + filter;
    if (peer.size() == 0) {
        report({name, own.median(), "jets/s"});
    } else {
        report({name, own.median(), "jets/s", Reference{"h5py to padded matrices", peer.median()},
                ratioAtLeast(3)});
    }
}

} // namespace

int main()
{
    prepareCompute(1); // as the trainer does
    const ScratchFolder folder;
    const std::string simulated = folder.file("jets.h5");
    writeSimulation({.path = simulated, .jets = jetCount, .seed = 1});
    reading(simulated, "gzip");
    for (const std::string filter : {"lzf", "raw"}) {
        const std::string path = folder.file(filter + ".h5");
        if (numbersOf(pythonPeer("h5py_matrix.py", {"copy", simulated, path, filter})).empty()) {
            std::puts("# no peer: python3-h5py is not installed");
            return 0;
        }
        reading(path, filter);
    }
}
