// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/metrics_collector.h"
#include "core/run/read_place.h"
#include "core/store/series.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// Follows the metrics file of one attempt of a trial from a read position on. A file that was replaced or
/// written anew is read again from its beginning: what is known already is left out by its steps (see
/// PointSieve). Where the file's name is a pattern, the newest that fits is followed.
class MetricsReader {
public:
    /// `position` is that of an earlier reader, with its collector's state.
    MetricsReader(const Collector& collector, const std::string& trialDirectory, ReadPosition position);

    /// What to read next: the stretch of at most `limit` bytes that has not been read, and what else tells
    /// which file it is. With `atEnd` the program has ended and the file will not grow; files with other
    /// names are asked for only once it is known that it is not there.
    std::vector<FileRequest> requests(std::int64_t limit, bool atEnd);
    /// Takes the answers to the last requests.
    void take(std::span<const std::optional<FileSlice>> slices);

    /// False while there is more in the file than has been read.
    bool drained() const { return m_drained; }
    /// True where something was taken that the store does not hold yet.
    bool hasNews() const { return m_news; }
    /// The points taken since the last call, and the position that belongs to them.
    std::map<std::string, std::vector<Point>> takePoints();
    ReadPosition position() const;
    /// The file that is read is another one than in the beginning, or was written anew.
    bool hasStartedOver() const { return m_startedOver; }
    /// What befell the metrics so far.
    std::vector<Notice> notices() const;
    /// Counts what happened to points that were taken.
    void note(const std::vector<Notice>& notices);

private:
    bool isPattern() const;
    void followNewest(const std::string& listing);
    void takeFile(const FileSlice& slice, bool atEnd);
    void startOver();
    void sayNeverThere(std::span<const std::optional<FileSlice>> listings);

    Collector m_settings;
    std::string m_directory;
    std::string m_file; ///< relative to the directory; of a pattern the one that is followed, or empty
    int m_attempt = 1;
    ReadPlace m_place;
    std::vector<Notice> m_dropped; ///< points that were taken and could not be kept
    std::vector<Notice> m_earlier; ///< of files that were followed before
    std::unique_ptr<MetricsCollector> m_collector;
    MetricSamples m_samples;
    std::size_t m_listings = 0; ///< among the last requests
    bool m_atEnd = false;       ///< of the last requests
    bool m_drained = true;
    bool m_news = false;
    bool m_missing = false; ///< when the program had ended
    bool m_neverThere = false;
    bool m_startedOver = false;
};

} // namespace widthwise
