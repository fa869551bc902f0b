// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/trainer/engine/batch.h"
#include "core/trainer/engine/metrics_log.h"
#include "core/trainer/engine/predictor.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace widthwise::trainer {

/// One worker's part of every batch: number `index` of `count` parts of equal size.
struct Slice {
    std::int64_t index = 0;
    std::int64_t count = 1;
};

struct DataRequest {
    const Settings& settings;
    std::string folder; ///< what relative paths in the settings are relative to
    std::ostream& notices;
    Slice slice = {};
    std::function<void()> betweenBlocks = {}; ///< called in the midst of reading, now and later; may throw
};

/// The samples of a run: those that it trains on, batch by batch, and those that it is validated on, in
/// chunks. Which samples are in a batch follows from the settings and the step alone.
class DataSource {
public:
    virtual ~DataSource() = default;

    virtual std::int64_t stepsPerEpoch() const = 0;
    /// The worker's slice of the batch of step 0, 1, 2, …
    virtual Batch batch(std::int64_t step) = 0;
    /// Its slice of the batch of the first samples, whatever the seed.
    virtual Batch fixedBatch() = 0;

    virtual std::size_t validationChunks() const = 0;
    virtual Batch validationChunk(std::size_t chunk) const = 0;
    /// What the setting `evaluate` asks for of the validation samples, as `evaluation/NAME`.
    virtual Metrics evaluate(Predictor& network) const = 0;

    /// Writes beside the checkpoint what whoever uses the model needs to know of the data.
    virtual void writeSideFiles(const std::string& folder) const = 0;
    /// How many samples there are, for people.
    virtual std::string summary() const = 0;
};

} // namespace widthwise::trainer
