// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// One point of a metric. The value may be NaN or infinite.
struct Point {
    std::uint32_t step = 0;
    double value = 0;
};

/// Points as two columns of equal length, steps rising strictly.
struct Points {
    std::vector<std::uint32_t> steps;
    std::vector<double> values;
    std::size_t size() const { return steps.size(); }
};

/// What is known of a series without reading its points. Minimum and maximum are over finite values.
struct SeriesSummary {
    std::int64_t id = 0;
    std::int64_t trial = 0; ///< store id
    int trialNumber = 0;
    std::string metric;
    std::int64_t count = 0;
    std::int64_t nonFinite = 0;
    std::uint32_t lastStep = 0;
    double last = 0;
    std::optional<double> minimum, maximum;
    std::uint32_t minimumStep = 0, maximumStep = 0;
};

/// How far a trial's output has been read; kept in the same transaction as what was read, so that a driver that dies
/// at any moment reads every line once.
struct ReadPosition {
    int attempt = 1;
    std::int64_t offset = 0; ///< bytes of the metrics file
    std::string collector;   ///< the collector's own state, opaque
};

/// The metrics of all trials: sealed chunks of 1024 points, a live tail, and a summary row per series.
/// Appending is for the driver alone; reading is for any number of connections.
class SeriesTable {
public:
    explicit SeriesTable(Database& database);
    ~SeriesTable();

    /// Appends points of one trial, all metrics together; call inside a Transaction. Points whose step is not
    /// greater than the last of their series are left out; returns how many.
    std::int64_t append(std::int64_t trial, const std::map<std::string, std::vector<Point>>& points);
    void setReadPosition(std::int64_t trial, const ReadPosition& position);
    std::optional<ReadPosition> readPosition(std::int64_t trial);
    /// Removes a trial's points, before it is run anew from its start.
    void clear(std::int64_t trial);

    std::vector<std::string> metrics(std::int64_t experiment);
    std::vector<SeriesSummary> summaries(std::int64_t experiment);
    std::vector<SeriesSummary> summaries(std::int64_t experiment, const std::string& metric);
    /// Points of one series from the index `first` (0 = the oldest) on. One consistent snapshot.
    Points read(std::int64_t series, std::int64_t first = 0);

private:
    struct Cache;
    Database& m_database;
    std::unique_ptr<Cache> m_cache;
};

} // namespace widthwise
