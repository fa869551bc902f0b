// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// One point of a metric. The value may be NaN or infinite.
struct Point {
    std::int64_t step = 0;
    double value = 0;
};

/// Points as two columns of equal length, steps rising strictly.
struct Points {
    std::vector<std::int64_t> steps;
    std::vector<double> values;
    std::size_t size() const { return steps.size(); }
};

/// What is known of a series without reading its points. Minimum and maximum are over finite values.
struct SeriesSummary {
    std::int64_t id = 0;
    std::int64_t trial = 0; ///< store id
    int trialNumber = 0;
    std::string metric;
    std::int64_t revision = 0;   ///< rises with every change of any series of its store
    std::int64_t generation = 0; ///< rises when the series is cleared: points read before are void then
    std::int64_t count = 0;
    std::int64_t nonFinite = 0;
    std::int64_t lastStep = 0;
    double last = std::numeric_limits<double>::quiet_NaN();
    std::optional<double> minimum, maximum;
    std::int64_t minimumStep = 0, maximumStep = 0;
};

/// How far a trial's output has been read; kept in the same transaction as what was read, so that a driver
/// that dies at any moment reads every line once.
struct ReadPosition {
    int attempt = 1;
    std::int64_t offset = 0; ///< bytes of the metrics file
    std::string collector;   ///< the collector's own state, opaque
};

/// The metrics of all trials: sealed chunks of 1024 points, a live tail, and a summary row per series. Values
/// come back bit for bit. Appending is for the driver alone; reading is for any number of connections.
class SeriesTable {
public:
    explicit SeriesTable(Database& database) : m_database(database) {}

    /// Appends points of one trial, all metrics together; call inside a Transaction. Points whose step is not
    /// greater than the last of their series are left out; returns how many.
    std::int64_t append(std::int64_t trial, const std::map<std::string, std::vector<Point>>& points);
    void setReadPosition(std::int64_t trial, const ReadPosition& position);
    std::optional<ReadPosition> readPosition(std::int64_t trial);
    /// Removes a trial's points and its read position, before it is run anew from its start; call inside a
    /// Transaction.
    void clear(std::int64_t trial);
    /// Removes the points of one series; call inside a Transaction.
    void clearSeries(std::int64_t series);
    /// The id of a trial's series, which is there afterwards, be it without points.
    std::int64_t declare(std::int64_t trial, const std::string& metric);

    /// Of all series of a trial, those without points included.
    std::vector<SeriesSummary> ofTrial(std::int64_t trial);
    std::vector<std::string> metrics(std::int64_t experiment);
    /// Of the series that have points, by trial number and metric.
    std::vector<SeriesSummary> summaries(std::int64_t experiment);
    std::vector<SeriesSummary> summaries(std::int64_t experiment, const std::string& metric);
    /// Of the series of a metric with a revision greater than `revision`, those that were cleared included
    /// (count 0): what a viewer has not seen yet. Costs what changed, not what there is.
    std::vector<SeriesSummary> changedSince(std::int64_t experiment, const std::string& metric,
                                            std::int64_t revision);
    /// Of all experiments and metrics, at most so many that changed after `place`, in the order of their
    /// changes, which `place` follows.
    std::vector<SeriesSummary> changedAfter(ChangePlace& place, int most);
    /// Points of one series from the index `first` (0 = the oldest) on, to the end or to at least `enough` of
    /// them. One consistent snapshot.
    Points read(std::int64_t series, std::int64_t first = 0,
                std::size_t enough = std::numeric_limits<std::size_t>::max());

private:
    struct Series;
    std::map<std::string, Series> seriesOf(std::int64_t trial);
    Series create(std::int64_t trial, const std::string& metric);
    void write(Series& series, const Points& points);
    void insertChunk(std::int64_t series, std::int64_t first, std::span<const std::int64_t> steps,
                     std::span<const double> values);
    void updateSummary(const Series& series);

    Database& m_database;
};

} // namespace widthwise
