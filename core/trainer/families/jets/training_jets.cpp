// SPDX-License-Identifier: GPL-3.0-or-later
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
    : m_request(std::move(request)), m_batchSize(batchSize), m_slice(slice), m_blocks(blocksOf(m_request))
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
    const double perWindow = std::clamp(inMemory, 1.0, static_cast<double>(m_blocks.size()));
    std::vector<std::size_t> jets;
    std::ranges::transform(m_blocks, std::back_inserter(jets), &Block::jets);
    m_shuffle.emplace(std::move(jets), static_cast<std::size_t>(perWindow), static_cast<std::uint64_t>(seed));
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
        std::vector<std::size_t> all(m_blocks.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        load(all);
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
    JetBatch batch;
    auto place =
        static_cast<std::size_t>((step % stepsPerEpoch() * m_slice.count + m_slice.index) * m_batchSize);
    const std::size_t end = place + static_cast<std::size_t>(m_batchSize);
    while (place < end) {
        const BlockShuffle::Part part = m_shuffle->part(step / stepsPerEpoch(), place, end - place);
        load(part.blocks);
        gather(m_sample, part.samples, batch);
        place += part.samples.size();
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

/// Reads the blocks unless they are in memory.
void TrainingJets::load(std::span<const std::size_t> blocks)
{
    if (std::ranges::equal(m_loaded, blocks)) {
        return;
    }
    std::size_t jets = 0;
    for (const std::size_t block : blocks) {
        jets += m_blocks[block].jets;
    }
    m_sample = m_description;
    for (const std::size_t block : blocks) {
        m_sample.append(read(m_blocks[block]));
        if (block == blocks.front()) {
            m_sample.reserve(jets);
        }
    }
    m_loaded.assign(blocks.begin(), blocks.end());
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
