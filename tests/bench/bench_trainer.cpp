// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer: jets per CPU second and peak memory in training GN2 with all its tasks, against the same model
// in Python PyTorch with padded tracks as salt trains it (peers/gn2_torch.py): one thread and the same BLAS
// kernels each, measured in turn.
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/environment.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/registry.h"

#include "peer.h"
#include "report.h"
#include "trained_batch.h"

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::int64_t batchSize = 300;
constexpr int rounds = 3;

template <typename T>
std::vector<T> read(std::ifstream& file, std::int64_t count)
{
    std::vector<T> values(static_cast<std::size_t>(count));
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(T)));
    return values;
}

JetBatch readBatch(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    const auto sizes = read<std::int64_t>(file, 3);
    JetBatch batch;
    batch.offsets = read<std::int64_t>(file, sizes[0] + 1);
    batch.tokens = read<float>(file, sizes[2] * sizes[1]);
    batch.labels = read<std::int64_t>(file, sizes[0]);
    batch.origins = read<std::int64_t>(file, sizes[2]);
    const auto vertices = read<std::int64_t>(file, sizes[2]);
    batch.vertices.assign(vertices.begin(), vertices.end());
    return batch;
}

class Trainer {
public:
    explicit Trainer(std::int64_t width, Precision precision = Precision::Float32)
        : m_settings(settingsFor(width, precision)),
          m_network(familyOf(m_settings), m_settings, {{"classes", 3}}),
          m_optimizer({}, m_network.segments(), m_network.values().size())
    {
    }

    void step(const Batch& batch)
    {
        m_network.differentiate(batch);
        m_optimizer.update(m_step++, 1e-4, 0.9, 1, m_network.values(), m_network.gradient());
    }
    std::int64_t parameters() { return std::ssize(m_network.values()); }

private:
    Settings m_settings;
    Network<float> m_network;
    Optimizer<float> m_optimizer;
    std::int64_t m_step = 0;
};

/// Floating-point operations of the matrix products of a step: forwards once, backwards twice.
double operations(const JetBatch& batch, std::int64_t width)
{
    double pairs = 0;
    for (std::size_t jet = 0; jet + 1 < batch.offsets.size(); ++jet) {
        const auto tracks = static_cast<double>(batch.offsets[jet + 1] - batch.offsets[jet]);
        pairs += tracks * (tracks - 1);
    }
    const auto tracks = static_cast<double>(batch.offsets.back());
    const auto w = static_cast<double>(width);
    const double tail = 128 * 64 + 64 * 32;
    const double perTrack = 21 * 256 + 256 * w + 4 * 8 * w * w + 128 * w + 3 * 128 * 128 + tail;
    return 6 * (tracks * perTrack + pairs * tail);
}

/// As the peer: prints parameters, CPU seconds of the steps after the first, and peak memory in MB.
int train(const std::string& file, std::int64_t width, int steps)
{
    prepareCompute(1);
    const Batch batch = readBatch(file);
    Trainer trainer(width);
    trainer.step(batch);
    const double start = cpuSeconds();
    for (int i = 0; i < steps; ++i) {
        trainer.step(batch);
    }
    const double seconds = cpuSeconds() - start;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%lld %g %g\n", static_cast<long long>(trainer.parameters()), seconds,
                static_cast<double>(usage.ru_maxrss) * 1024 / 1e6);
    return 0;
}

/// The same steps in a process of our own and in one of the peer, in turn.
void training(const JetBatch& batch, const std::string& file, std::int64_t width, int steps, double target)
{
    const std::string arguments = file + ' ' + std::to_string(width) + ' ';
    const std::string ownCommand =
        "/proc/" + std::to_string(getpid()) + "/exe " + arguments + std::to_string(steps);
    const Information machine = inspect();
    const std::string peerCommand =
        pythonPeer("gn2_torch.py", {file, std::to_string(width), "2"}, machine.blasKernels);
    Sample own;
    Sample ownPeak;
    Sample peer;
    Sample peerPeak;
    for (int round = 0; round < rounds; ++round) {
        const auto ours = numbersOf(ownCommand);
        own.add(batchSize * steps / ours.at(1));
        ownPeak.add(ours.at(2));
        const auto theirs = numbersOf(peerCommand);
        if (theirs.size() == 3) {
            if (theirs[0] != ours[0]) {
                throw std::runtime_error("the peer has another number of parameters");
            }
            peer.add(2.0 * batchSize / theirs[1]);
            peerPeak.add(theirs[2]);
        }
    }
    const std::string name = "trainer: GN2 at width " + std::to_string(width);
    if (peer.size() == 0) {
        report({name, own.median(), "jets/s"});
        std::puts("# no peer: python3-torch is not installed");
    } else {
        report({name, own.median(), "jets/s", Reference{"Python PyTorch, padded", peer.median()},
                ratioAtLeast(target)});
        report({name + ", peak memory", ownPeak.median(), "MB",
                Reference{"Python PyTorch, padded", peerPeak.median()}, ratioAtMost(1)});
    }
    const double gflops = own.median() / batchSize * operations(batch, width) / 1e9;
    report({name + ", products", gflops, "GFLOP/s", Reference{"one 512x512 product", machine.gflops}});
}

/// Products in bfloat16 against single precision, in turn. Which is faster depends on the processor.
void rounding(const Batch& batch, std::int64_t width, int steps)
{
    Trainer whole(width);
    Trainer rounded(width, Precision::Bfloat16);
    const auto rate = [&](Trainer& trainer) {
        const double start = cpuSeconds();
        for (int i = 0; i < steps; ++i) {
            trainer.step(batch);
        }
        return batchSize * steps / (cpuSeconds() - start);
    };
    rate(whole);
    rate(rounded);
    Sample ofWhole;
    Sample ofRounded;
    for (int round = 0; round < rounds; ++round) {
        ofRounded.add(rate(rounded));
        ofWhole.add(rate(whole));
    }
    report({"trainer: GN2 at width " + std::to_string(width) + ", bf16", ofRounded.median(), "jets/s",
            Reference{"float32", ofWhole.median()}});
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 4) {
        return train(argv[1], std::stoll(argv[2]), std::stoi(argv[3]));
    }
    prepareCompute(1);
    const ScratchFolder folder;
    const JetBatch batch = toyBatch(folder, batchSize);
    const std::string file = folder.file("batch");
    writeForPeer(file, batch, settingsFor(64).of<JetSettings>().inputs());
    training(batch, file, 64, 8, 4);
    training(batch, file, 256, 4, 3.5);
    rounding(batch, 64, 6);
    rounding(batch, 256, 3);
    rounding(batch, 512, 1);
}
