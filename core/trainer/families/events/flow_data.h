// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/block_shuffle.h"
#include "core/trainer/engine/data_source.h"
#include "core/trainer/families/events/event_file.h"
#include "core/trainer/families/events/flow_batch.h"

#include <optional>
#include <vector>

namespace widthwise::trainer {

/// Events `first` … `first + count` of a file.
struct EventRange {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Where the events of a run with these settings lie.
struct EventFiles {
    std::string training = {};
    EventRange trainingEvents = {};
    std::string validation = {};
    EventRange validationEvents = {};
};
/// Throws InputError.
EventFiles eventFiles(const Settings& settings, const std::string& folder);

/// The events of a run, for the engine: those in training are in memory as far as they fit, else streamed.
class FlowData : public DataSource {
public:
    /// Reads all events once. Throws InputError.
    explicit FlowData(const DataRequest& request);

    std::int64_t stepsPerEpoch() const override;
    Batch batch(std::int64_t step) override;
    Batch fixedBatch() override;
    std::size_t validationChunks() const override;
    Batch validationChunk(std::size_t chunk) const override;
    /// How well jets and missing momentum are reconstructed, beside the file's own candidates.
    Metrics evaluate(Predictor& network) const override;
    /// Where the columns of the elements lie, which whoever uses the model has to scale by.
    void writeSideFiles(const std::string& folder) const override;
    std::string summary() const override;

private:
    void load(std::span<const std::size_t> blocks);

    EventFiles m_files;
    EventFile m_training;
    std::function<void()> m_betweenBlocks;
    Slice m_slice;
    std::size_t m_batchSize;
    std::vector<EventRange> m_blocks;
    std::optional<BlockShuffle> m_shuffle;
    ElementScaling m_scaling;
    EventSample m_validation;
    EventJets m_validationJets;
    std::vector<std::size_t> m_loaded; ///< the blocks in `m_sample`
    EventSample m_sample;
};

} // namespace widthwise::trainer
