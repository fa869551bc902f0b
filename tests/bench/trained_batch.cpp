// SPDX-License-Identifier: GPL-3.0-or-later
#include "trained_batch.h"

#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"

#include <algorithm>
#include <fstream>

namespace widthwise::bench {

using namespace trainer;

namespace {

/// Every two jets of `batch` as one: a toy jet has 5 tracks on average, one of ATLAS about 10.
JetBatch joinedInPairs(const JetBatch& batch)
{
    JetBatch joined = batch;
    for (std::size_t jet = 0; jet < batch.labels.size() / 2; ++jet) {
        joined.offsets[jet + 1] = batch.offsets[2 * jet + 2];
        joined.labels[jet] = batch.labels[2 * jet];
        const auto second = joined.vertices.begin() + batch.offsets[2 * jet + 1];
        std::transform(second, joined.vertices.begin() + batch.offsets[2 * jet + 2], second,
                       [](std::int32_t vertex) { return vertex < 0 ? vertex : vertex + 1000; });
    }
    joined.offsets.resize(batch.offsets.size() / 2 + 1);
    joined.labels.resize(batch.labels.size() / 2);
    return joined;
}

template <typename T>
void write(std::ofstream& file, const std::vector<T>& values)
{
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(T)));
}

} // namespace

Settings settingsFor(std::int64_t width, Precision precision)
{
    Settings settings;
    settings.width = width;
    settings.precision = precision;
    settings.of<JetSettings>().classes = {"bjets", "cjets", "ujets"};
    settings.of<Gn2Settings>().originTask = true;
    settings.of<Gn2Settings>().vertexTask = true;
    return settings;
}

JetBatch toyBatch(const ScratchFolder& folder, std::int64_t size)
{
    const Settings settings = settingsFor(64);
    const std::string path = folder.file("jets.h5");
    writeSimulation({.path = path, .jets = static_cast<std::uint64_t>(4 * size), .seed = 1});
    TrainingJets jets({.path = path,
                       .jetVariables = settings.of<JetSettings>().jetVariables,
                       .trackVariables = settings.of<JetSettings>().trackVariables,
                       .classes = settings.of<JetSettings>().classes,
                       .first = 0,
                       .count = static_cast<std::size_t>(4 * size),
                       .origins = true,
                       .vertices = true},
                      2 * size, 1, 1e9);
    jets.normalizeWith(jets.measure());
    return joinedInPairs(jets.batch(0));
}

void writeForPeer(const std::string& path, const JetBatch& batch, std::int64_t inputs)
{
    std::ofstream file(path, std::ios::binary);
    write(file, std::vector<std::int64_t>{std::ssize(batch.labels), inputs, batch.offsets.back()});
    write(file, batch.offsets);
    write(file, batch.tokens);
    write(file, batch.labels);
    write(file, batch.origins);
    write(file, std::vector<std::int64_t>(batch.vertices.begin(), batch.vertices.end()));
}

} // namespace widthwise::bench
