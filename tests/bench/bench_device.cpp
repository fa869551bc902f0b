// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer on a CUDA device: jets per second on the clock in training GN2 with all its tasks, against the
// same model in Python PyTorch with padded tracks on the same device (peers/gn2_torch.py), measured in turn.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/engine/updater.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/registry.h"

#include "peer.h"
#include "report.h"
#include "trained_batch.h"

#include <cstdio>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::int64_t batchSize = 1000; // as salt's configurations of GN2
constexpr int steps = 50;
constexpr int rounds = 3;

class Trainer {
public:
    Trainer(std::int64_t width, Precision precision) : Trainer(settingsFor(width, precision)) {}
    explicit Trainer(const Settings& settings)
        : m_network(familyOf(settings), settings, {{"classes", 3}}, {.cudaDevice = 0, .ownKernels = false}),
          m_updater(makeUpdater({}, m_network))
    {
    }

    /// Jets per second.
    double train(const Batch& batch)
    {
        m_network.values(); // waits for the device
        const Stopwatch watch;
        for (int i = 0; i < steps; ++i) {
            m_network.differentiate(batch);
            m_updater->update(m_step++, 1e-4, 0.9, 0);
        }
        m_network.values();
        return static_cast<double>(batchSize * steps) / watch.seconds();
    }

private:
    Network<float> m_network;
    std::unique_ptr<Updater<float>> m_updater;
    std::int64_t m_step = 0;
};

void training(const Batch& batch, const std::string& file, std::int64_t width)
{
    Trainer whole(width, Precision::Float32);
    Trainer rounded(width, Precision::Bfloat16);
    whole.train(batch);
    rounded.train(batch);
    Sample ofWhole;
    Sample ofRounded;
    Sample ofPeer;
    const std::string peer =
        pythonPeer("gn2_torch.py", {file, std::to_string(width), std::to_string(steps), "cuda"});
    for (int round = 0; round < rounds; ++round) {
        ofWhole.add(whole.train(batch));
        ofRounded.add(rounded.train(batch));
        if (const auto numbers = numbersOf(peer); numbers.size() == 3) {
            ofPeer.add(static_cast<double>(batchSize * steps) / numbers[1]);
        }
    }
    const std::string name = "device: GN2 at width " + std::to_string(width);
    if (ofPeer.size() == 0) {
        report({name, ofWhole.median(), "jets/s"});
        std::puts("# no peer: $PYTHON has no PyTorch with CUDA");
    } else {
        report({name, ofWhole.median(), "jets/s", Reference{"Python PyTorch, padded", ofPeer.median()}});
    }
    report({name + ", bf16", ofRounded.median(), "jets/s", Reference{"float32", ofWhole.median()}});
}

} // namespace

int main()
{
    const auto devices = cudaDevices();
    if (devices.empty()) {
        std::puts("# device: there is no CUDA device");
        return 0;
    }
    std::printf("# device: %s\n", devices.front().c_str());
    prepareCompute(1);
    const ScratchFolder folder;
    JetBatch batch = toyBatch(folder, batchSize);
    const std::string file = folder.file("batch");
    writeForPeer(file, batch, settingsFor(64).of<JetSettings>().inputs());
    training(batch, file, 64);
    training(batch, file, 256);
}
