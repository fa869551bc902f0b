// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/layer_statistics.h"
#include "core/trainer/engine/metrics_log.h"
#include "core/trainer/engine/optimizer.h"

#include <optional>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// What is recorded of chosen updates t = 1, `every`, 2·`every`, …: what each layer puts out in the forward
/// pass before the update, and each tensor's gradient (before clipping) and update.
class StepStatistics {
public:
    /// `every` 0: nothing is ever recorded. The histograms go to `path`. Throws InputError where that cannot
    /// be written.
    StepStatistics(std::int64_t every, const std::string& path, std::vector<Segment> segments);

    /// Update number `step` = 1, 2, … comes next.
    void begin(std::int64_t step);
    bool isRecording() const { return m_records; }

    /// For Network::differentiate; null unless this update is recorded.
    std::vector<LayerStatistics>* layers() { return m_records ? &m_layers : nullptr; }
    /// For Updater::update, which is to fill them; empty unless this update is recorded.
    std::span<UpdateNorms> norms();

    /// Of an update that is recorded: writes its histograms, and gives `coordinate/LAYER/l1`, `…/std`,
    /// `…/max`, `gradient/TENSOR/norm` and `update/TENSOR/norm`, as far as the update has come. Throws
    /// std::runtime_error where the disk is full.
    Metrics finish();

private:
    std::int64_t m_every;
    std::vector<Segment> m_segments;
    std::optional<MetricsLog> m_log;
    std::int64_t m_step = 0;
    bool m_records = false;
    std::vector<LayerStatistics> m_layers;
    std::vector<UpdateNorms> m_norms; ///< of the segments; empty until the update is made
};

/// A line of statistics.jsonl, with its newline: {"step":…,"exponents":{LAYER:{"lowest":e,"counts":[…]}}}:
/// counts[i] values had 2^(e+i) ≤ |x| < 2^(e+i+1). Zeros and values below 2^−126 count as e = −127, values
/// that are not finite as e = 128.
std::string exponentsLine(std::int64_t step, const std::vector<LayerStatistics>& layers);

} // namespace widthwise::trainer
