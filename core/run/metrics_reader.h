// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/metrics_collector.h"
#include "core/store/series.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace widthwise {

/// Follows the metrics file of one attempt of a trial from a read position on.
class MetricsReader {
public:
    /// `position` is that of an earlier reader, with its collector's state.
    MetricsReader(const Collector& collector, const std::string& trialDirectory, ReadPosition position);

    /// What to read next: the file's beginning, and the stretch of at most `limit` bytes that has not been
    /// read.
    FileRequest headRequest() const;
    FileRequest nextRequest(std::int64_t limit) const;
    /// Takes the answers to both. With `atEnd` the program has ended and the file will not grow.
    void take(const std::optional<FileSlice>& head, const std::optional<FileSlice>& next, bool atEnd);

    /// False while there is more in the file than has been read.
    bool drained() const { return m_drained; }
    /// True where something was taken that the store does not hold yet.
    bool hasNews() const { return m_news; }
    /// The points taken since the last call, and the position that belongs to them.
    std::map<std::string, std::vector<Point>> takePoints();
    ReadPosition position() const;
    /// What could not be read, for a person; empty if all could.
    std::string problem() const { return m_collector->problem(); }

private:
    void startOver();

    Collector m_settings;
    std::string m_path;
    ReadPosition m_position;
    std::unique_ptr<MetricsCollector> m_collector;
    MetricSamples m_samples;
    bool m_drained = true;
    bool m_news = false;
};

} // namespace widthwise
