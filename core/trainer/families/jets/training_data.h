// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/trainer/data/block_shuffle.h"
#include "core/trainer/engine/data_source.h"
#include "core/trainer/families/jets/normalization.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The training jets, batch by batch. Every epoch is a new order of all jets, cut into whole batches; order
/// and place follow from (seed, step) alone. A file that does not fit into `memory` bytes is streamed: each
/// epoch puts its blocks into a new order, and as many of them as fit are read and shuffled together.
class TrainingJets {
public:
    /// `batchSize` is that of one slice. Throws InputError where there are fewer jets than in one batch.
    TrainingJets(SampleRequest request, std::int64_t batchSize, std::int64_t seed, double memory,
                 Slice slice = {});

    std::size_t size() const { return m_size; }
    std::int64_t stepsPerEpoch() const
    {
        return static_cast<std::int64_t>(m_size) / (m_batchSize * m_slice.count);
    }
    bool isStreamed() const { return m_shuffle->isStreamed(); }
    /// A sample of the jets' variables and classes, without jets.
    const JetSample& description() const { return m_description; }

    /// Reads all jets, before they are normalised. Throws InputError.
    NormalizationMeter survey();
    /// Over all jets. Throws InputError.
    Normalization measure() { return survey().result(); }
    /// Of the jets that `survey` read.
    const ClassCounts& counts() const { return m_counts; }
    /// Jets of flavours that are not asked for.
    std::size_t leftOut() const { return m_leftOut; }
    /// What every batch from now on is normalised with.
    void normalizeWith(const Normalization& normalization);

    /// The slice of the batch of step 0, 1, 2, …
    JetBatch batch(std::int64_t step);
    /// The slice of the batch of the file's first jets, whatever the seed: the same jets for whoever compares
    /// seeds or widths.
    JetBatch fixedBatch() const;

private:
    void load(std::span<const std::size_t> blocks);
    JetSample read(const Block& block) const;

    SampleRequest m_request;
    std::int64_t m_batchSize;
    Slice m_slice;
    std::vector<Block> m_blocks;
    std::size_t m_size = 0;
    std::size_t m_leftOut = 0;
    std::optional<BlockShuffle> m_shuffle;
    JetSample m_description;
    std::optional<Normalization> m_normalization;
    ClassCounts m_counts;

    std::vector<std::size_t> m_loaded; ///< the blocks in m_sample
    JetSample m_sample;
};

/// The jets of a run, normalised with the mean and deviation of the training jets.
struct TrainingData {
    TrainingJets training;
    JetSample validation;
    Normalization normalization;
};

/// Which rows of which file a run with these settings trains on, and which it is validated on. Relative paths
/// in the settings are relative to `folder`. Throws InputError.
struct SampleRequests {
    SampleRequest training;
    SampleRequest validation;
};
SampleRequests sampleRequests(const Settings& settings, const std::string& folder);

/// Throws InputError.
TrainingData loadData(const DataRequest& request);

/// The settings with the weights of `class_dict` in `class_weights` and `origin_weights`, unless those are
/// given. Throws InputError.
Settings withClassWeights(Settings settings, const std::string& folder);

/// The flavours to tell apart: the settings', or all that the data tell apart. Throws InputError.
std::vector<std::string> classNames(const Settings& settings, const std::string& folder);

} // namespace widthwise::trainer
