// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/metrics_log.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// A tensor of the model whose values a checkpoint has.
struct StoredTensor {
    std::string name;
    std::vector<std::int64_t> shape;

    bool operator==(const StoredTensor&) const = default;
};

/// Everything that lets a training go on. Order of samples, schedule and initial values follow from the
/// settings and `step`: no generator has a state.
struct Checkpoint {
    std::int64_t step = 0; ///< updates made
    double time = 0;       ///< seconds trained
    Metrics unreported;    ///< of the last update, where its validation was not over
    std::string settings;  ///< toJson of the settings
    std::map<std::string, std::string>
        environment;                  ///< what the result's last bits depend on: BLAS, CPU, versions
    std::string family;               ///< empty in files from before they named it, as is `layout`
    std::vector<StoredTensor> layout; ///< in the order in which they lie in `values`
    std::vector<std::byte> values;
    std::vector<std::byte> first;
    std::vector<std::byte> second;
};

/// Writes beside `path`, syncs, and renames: `path` is always a whole checkpoint, the old or the new. The
/// format is a line of JSON (sizes and everything small) and the three buffers. Throws std::runtime_error.
void saveCheckpoint(const std::string& path, const Checkpoint& checkpoint);

/// Throws InputError for a file that is missing, of another format, or damaged.
Checkpoint loadCheckpoint(const std::string& path);

template <typename Real>
std::vector<std::byte> bytesOf(std::span<const Real> values)
{
    const auto bytes = std::as_bytes(values);
    return {bytes.begin(), bytes.end()};
}

} // namespace widthwise::trainer
