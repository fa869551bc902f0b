// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/notice.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

struct MetricSample {
    std::int64_t step = 0;
    double value = 0; ///< may be NaN or infinite
};

/// Samples by metric, in the order in which they were reported.
using MetricSamples = std::map<std::string, std::vector<MetricSample>, std::less<>>;

/// Reads the metrics out of what a program writes, stretch by stretch. What it cannot read it skips and
/// counts.
class MetricsCollector {
public:
    virtual ~MetricsCollector() = default;

    /// Takes whole lines from the front of `bytes`, which follow those taken before, and adds their samples.
    /// With `atEnd` nothing will follow and an unfinished last line is taken as it is. Returns how many bytes
    /// it took.
    virtual std::size_t take(std::string_view bytes, bool atEnd, MetricSamples& samples) = 0;
    /// All that it must remember to go on after a restart.
    virtual std::string state() const = 0;
    /// What was skipped so far, and why.
    virtual const std::vector<Notice>& notices() const = 0;
};

/// `state` is empty, or what state() gave. Throws std::invalid_argument for a regular expression that is
/// none.
std::unique_ptr<MetricsCollector> makeCollector(const Collector& collector, const std::string& state);

/// Where the program writes its metrics, relative to the trial directory; may hold `*` and `?`.
std::string metricsFile(const Collector& collector);

} // namespace widthwise
