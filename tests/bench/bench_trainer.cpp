// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer: jets per CPU second in training GN2 with all its tasks, against the same model in Python
// PyTorch with padded tracks as salt trains it (peers/gn2_torch.py), one thread each, measured in turn.
#include "core/trainer/environment.h"
#include "core/trainer/jet_writer.h"
#include "core/trainer/network.h"
#include "core/trainer/training_data.h"

#include "report.h"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <numeric>

using namespace widthwise::bench;
using namespace widthwise::trainer;

namespace {

constexpr std::int64_t batchSize = 300;
constexpr int rounds = 3;

double cpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

Settings settingsFor(std::int64_t width)
{
    Settings settings;
    settings.width = width;
    settings.classes = {"bjets", "cjets", "ujets"};
    settings.originTask = true;
    settings.vertexTask = true;
    return settings;
}

/// A normalised batch of toy jets.
Batch toyBatch(const ScratchFolder& folder)
{
    const Settings settings = settingsFor(64);
    const std::string path = folder.file("jets.h5");
    writeSimulation({.path = path, .jets = 4 * batchSize, .seed = 1});
    TrainingJets jets({.path = path,
                       .jetVariables = settings.jetVariables,
                       .trackVariables = settings.trackVariables,
                       .classes = settings.classes,
                       .first = 0,
                       .count = 4 * batchSize,
                       .origins = true,
                       .vertices = true},
                      batchSize, 1, 1e9);
    jets.normalizeWith(jets.measure());
    return jets.batch(0);
}

template <typename T>
void write(std::ofstream& file, const std::vector<T>& values)
{
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(T)));
}

void writeForPeer(const std::string& path, const Batch& batch, std::int64_t inputs)
{
    std::ofstream file(path, std::ios::binary);
    write(file, std::vector<std::int64_t>{std::ssize(batch.labels), inputs, batch.offsets.back()});
    write(file, batch.offsets);
    write(file, batch.tokens);
    write(file, batch.labels);
    write(file, batch.origins);
    write(file, std::vector<std::int64_t>(batch.vertices.begin(), batch.vertices.end()));
}

/// CPU seconds of the peer's steps; 0 where there is no Python PyTorch.
double peerSeconds(const std::string& batch, std::int64_t width, int steps, std::int64_t parameters)
{
    const std::string command = "/usr/bin/python3 " WIDTHWISE_BENCH_SOURCE "/peers/gn2_torch.py '" + batch +
                                "' " + std::to_string(width) + " " + std::to_string(steps) + " 2>/dev/null";
    std::FILE* pipe = popen(command.c_str(), "r");
    long long count = 0;
    double seconds = 0;
    const int read = pipe == nullptr ? 0 : std::fscanf(pipe, "%lld %lf", &count, &seconds);
    if (pipe != nullptr) {
        pclose(pipe);
    }
    if (read == 2 && count != parameters) {
        throw std::runtime_error("the peer has " + std::to_string(count) + " parameters, not " +
                                 std::to_string(parameters));
    }
    return read == 2 ? seconds : 0;
}

class Trainer {
public:
    explicit Trainer(std::int64_t width)
        : m_settings(settingsFor(width)), m_network(m_settings, 3),
          m_optimizer({}, m_network.segments(), m_network.values().size())
    {
    }

    void step(Batch& batch)
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
double operations(const Batch& batch, std::int64_t width)
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

void training(Batch& batch, const std::string& file, std::int64_t width, int steps, double target)
{
    Trainer trainer(width);
    trainer.step(batch);
    Sample own;
    Sample peer;
    for (int round = 0; round < rounds; ++round) {
        const double start = cpuSeconds();
        for (int i = 0; i < steps; ++i) {
            trainer.step(batch);
        }
        own.add(batchSize * steps / (cpuSeconds() - start));
        if (const double seconds = peerSeconds(file, width, 2, trainer.parameters()); seconds > 0) {
            peer.add(2.0 * batchSize / seconds);
        }
    }
    const std::string name = "trainer: GN2 at width " + std::to_string(width);
    if (peer.size() == 0) {
        report({name, own.median(), "jets/s"});
        std::puts("# no peer: python3-torch is not installed");
    } else {
        report({name, own.median(), "jets/s", Reference{"Python PyTorch, padded", peer.median()},
                ratioAtLeast(target)});
    }
    const double gflops = own.median() / batchSize * operations(batch, width) / 1e9;
    report({name + ", products", gflops, "GFLOP/s", Reference{"one 512x512 product", inspect().gflops}});
}

void reading(const ScratchFolder& folder)
{
    constexpr std::uint64_t jets = 20000;
    const std::string path = folder.file("many.h5");
    writeSimulation({.path = path, .jets = jets, .seed = 1});
    const Settings settings = settingsFor(64);
    const double seconds = medianSeconds(3, [&] {
        use(readJets({.path = path,
                      .jetVariables = settings.jetVariables,
                      .trackVariables = settings.trackVariables,
                      .classes = {},
                      .first = 0,
                      .count = jets}));
    });
    report({"trainer: read and pack, gzip", static_cast<double>(jets) / seconds, "jets/s"});
}

} // namespace

int main()
{
    prepareCompute(1);
    const ScratchFolder folder;
    Batch batch = toyBatch(folder);
    const std::string file = folder.file("batch");
    writeForPeer(file, batch, settingsFor(64).inputs());
    training(batch, file, 64, 12, 4);
    training(batch, file, 256, 5, 3.5);
    reading(folder);
}
