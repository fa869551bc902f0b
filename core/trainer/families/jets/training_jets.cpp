// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/random_stream.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/training_data.h"

#include <algorithm>
#include <numeric>

namespace widthwise::trainer {

namespace {

template <typename T>
std::size_t bytesOf(const std::vector<T>& values)
{
    return values.size() * sizeof(T);
}

std::size_t bytesOf(const JetSample& sample)
{
    return bytesOf(sample.offsets) + bytesOf(sample.tracks) + bytesOf(sample.jets) + bytesOf(sample.labels) +
           bytesOf(sample.rows) + bytesOf(sample.origins) + bytesOf(sample.vertices);
}

} // namespace

TrainingJets::TrainingJets(SampleRequest request, std::int64_t batchSize, std::int64_t seed, double memory,
                           Slice slice)
    : m_request(std::move(request)), m_batchSize(batchSize), m_seed(static_cast<std::uint64_t>(seed)),
      m_slice(slice), m_blocks(blocksOf(m_request))
{
    for (const Block& block : m_blocks) {
        m_leftOut += block.rows - block.jets;
    }
    std::erase_if(m_blocks, [](const Block& block) { return block.jets == 0; });
    for (const Block& block : m_blocks) {
        m_size += block.jets;
    }
    if (stepsPerEpoch() == 0) {
        const std::string workers =
            slice.count > 1 ? " of each of " + std::to_string(slice.count) + " workers" : "";
        throw InputError("batch_size " + std::to_string(batchSize) + workers + " is more than the " +
                         std::to_string(m_size) + " training jets in " + m_request.path);
    }
    const JetSample first = read(m_blocks.front());
    const double perJet = static_cast<double>(bytesOf(first)) / static_cast<double>(first.size());
    const double inMemory =
        memory / perJet * static_cast<double>(m_blocks.size()) / static_cast<double>(m_size);
    m_blocksPerWindow =
        static_cast<std::size_t>(std::clamp(inMemory, 1.0, static_cast<double>(m_blocks.size())));
    m_description.jetVariables = first.jetVariables;
    m_description.trackVariables = first.trackVariables;
    m_description.classes = first.classes;
    m_description.tracksDataset = first.tracksDataset;
}

NormalizationMeter TrainingJets::survey()
{
    NormalizationMeter meter(m_request.path);
    m_counts = {};
    const auto add = [&](const JetSample& sample) {
        meter.add(sample);
        m_counts.add(sample);
    };
    if (isStreamed()) {
        for (const Block& block : m_blocks) {
            add(read(block));
        }
    } else {
        startEpoch(0);
        enter(0);
        add(m_sample);
    }
    return meter;
}

void TrainingJets::normalizeWith(const Normalization& normalization)
{
    m_normalization = normalization;
    normalize(m_sample, normalization);
}

JetBatch TrainingJets::batch(std::int64_t step)
{
    startEpoch(step / stepsPerEpoch());
    JetBatch batch;
    auto place =
        static_cast<std::size_t>((step % stepsPerEpoch() * m_slice.count + m_slice.index) * m_batchSize);
    const std::size_t end = place + static_cast<std::size_t>(m_batchSize);
    while (place < end) {
        const auto window = std::ranges::find_if(
            m_windows, [&](const Window& candidate) { return place < candidate.firstJet + candidate.jets; });
        enter(static_cast<std::size_t>(window - m_windows.begin()));
        const std::size_t count = std::min(end, window->firstJet + window->jets) - place;
        gather(m_sample, std::span(m_order).subspan(place - window->firstJet, count), batch);
        place += count;
    }
    return batch;
}

JetBatch TrainingJets::fixedBatch() const
{
    const std::int64_t first = m_slice.index * m_batchSize;
    std::vector<std::uint32_t> jets(static_cast<std::size_t>(m_batchSize));
    std::iota(jets.begin(), jets.end(), static_cast<std::uint32_t>(first));
    JetSample sample = m_description;
    for (std::size_t block = 0; std::ssize(sample.labels) < first + m_batchSize; ++block) {
        sample.append(read(m_blocks[block]));
    }
    return gather(sample, jets);
}

void TrainingJets::startEpoch(std::int64_t epoch)
{
    if (epoch == m_epoch) {
        return;
    }
    const auto number = static_cast<std::uint64_t>(epoch);
    std::vector<std::uint32_t> order(m_blocks.size());
    std::iota(order.begin(), order.end(), 0U);
    if (isStreamed()) {
        order = shuffled(static_cast<std::uint32_t>(m_blocks.size()), m_seed, streamOf("blocks", number));
    }
    m_windows.clear();
    std::size_t jets = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % m_blocksPerWindow == 0) {
            m_windows.push_back({.blocks = {}, .firstJet = jets, .jets = 0});
        }
        m_windows.back().blocks.push_back(order[i]);
        m_windows.back().jets += m_blocks[order[i]].jets;
        jets += m_blocks[order[i]].jets;
    }
    m_epoch = epoch;
    m_order.clear();
}

/// Reads the window's blocks unless they are in memory, and puts their jets into this epoch's order.
void TrainingJets::enter(std::size_t window)
{
    const Window& next = m_windows[window];
    if (m_loaded != next.blocks) {
        m_sample = m_description;
        for (const std::size_t block : next.blocks) {
            m_sample.append(read(m_blocks[block]));
            if (block == next.blocks.front()) {
                m_sample.reserve(next.jets);
            }
        }
        m_loaded = next.blocks;
        m_order.clear();
    }
    if (m_order.empty() || m_window != window) {
        m_order = shuffled(static_cast<std::uint32_t>(next.jets), m_seed,
                           streamOf("order " + std::to_string(window), static_cast<std::uint64_t>(m_epoch)));
        m_window = window;
    }
}

JetSample TrainingJets::read(const Block& block) const
{
    SampleRequest part = m_request;
    part.first = block.first;
    part.count = block.rows;
    JetSample sample = readJets(part);
    if (m_normalization) {
        normalize(sample, *m_normalization);
    }
    return sample;
}

} // namespace widthwise::trainer
