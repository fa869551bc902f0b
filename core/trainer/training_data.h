// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/jet_sample.h"
#include "core/trainer/settings.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The jets of a training run, normalised with the mean and deviation of the training jets.
struct TrainingData {
    JetSample training;
    JetSample validation;
};

/// Relative paths in the settings are relative to `folder`. Throws InputError.
TrainingData loadData(const Settings& settings, const std::string& folder, std::ostream& notices);

/// The flavours to tell apart: the settings', or all that the data tell apart. Throws InputError.
std::vector<std::string> classNames(const Settings& settings, const std::string& folder);

/// Which jets each step trains on: every epoch is a new order of all jets, cut into whole batches. Order and
/// place follow from (seed, step) alone.
class BatchOrder {
public:
    /// Throws InputError where there are fewer jets than in one batch.
    BatchOrder(std::size_t jets, std::int64_t batchSize, std::int64_t seed);

    std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    std::span<const std::uint32_t> batch(std::int64_t step);

private:
    std::size_t m_jets;
    std::int64_t m_batchSize;
    std::int64_t m_seed;
    std::int64_t m_stepsPerEpoch;
    std::int64_t m_epoch = -1;
    std::vector<std::uint32_t> m_order;
};

} // namespace widthwise::trainer
