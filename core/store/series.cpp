// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/series.h"

#include "core/store/experiment_tokens.h"
#include "core/store/query.h"
#include "core/store/step_column.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr std::int64_t chunkPoints = 1024;
/// A tail of so many chunks is packed into one, so that reading a series costs few rows.
constexpr std::int64_t mostTailChunks = 32;

const std::string selectSummaries = R"sql(
    SELECT series.id, trial, trial.number, metric.name, series.revision, generation, count, non_finite,
           series.last_step, last, minimum, maximum, minimum_step, maximum_step, metric.experiment,
           series.token IS NOT metric.token OR series.token IS NOT trial.token OR
               trial.experiment IS NOT metric.experiment OR
               series.token IS NOT (SELECT token FROM experiment WHERE experiment.id = metric.experiment)
    FROM metric JOIN series ON series.metric = metric.id JOIN trial ON trial.id = series.trial )sql";
const std::string selectSummariesOf = selectSummaries + "WHERE metric.experiment = ? ";

const std::string selectAll = selectSummariesOf + "AND count > 0 ORDER BY trial.number, metric.name";
const std::string selectMetric =
    selectSummariesOf + "AND metric.name = ? AND count > 0 ORDER BY trial.number";
const std::string selectChanged =
    selectSummariesOf + "AND metric.name = ? AND series.revision > ? ORDER BY trial.number";
const std::string selectLater =
    selectSummaries +
    "WHERE (series.revision, series.id) > (?, ?) ORDER BY series.revision, series.id LIMIT ?";

std::vector<SeriesSummary> readSummaries(Database& database, Query& query)
{
    std::vector<SeriesSummary> summaries;
    while (query.next()) {
        SeriesSummary& s = summaries.emplace_back();
        std::int64_t experiment = 0;
        bool isForeign = false;
        query.read(s.id, s.trial, s.trialNumber, s.metric, s.revision, s.generation, s.count, s.nonFinite,
                   s.lastStep, s.last, s.minimum, s.maximum, s.minimumStep, s.maximumStep, experiment,
                   isForeign);
        if (isForeign)
            throwMixed(database, experiment);
    }
    return summaries;
}

void take(SeriesSummary& summary, std::int64_t step, double value)
{
    ++summary.count;
    summary.lastStep = step;
    summary.last = value;
    if (!std::isfinite(value)) {
        ++summary.nonFinite;
        return;
    }
    if (!summary.minimum || value < *summary.minimum) {
        summary.minimum = value;
        summary.minimumStep = step;
    }
    if (!summary.maximum || value > *summary.maximum) {
        summary.maximum = value;
        summary.maximumStep = step;
    }
}

/// Room for what will be read. No more than that for what a damaged store claims to hold.
void reserve(Points& points, std::int64_t count, std::size_t enough)
{
    constexpr std::int64_t most = 1 << 20;
    const auto room = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, most));
    const std::size_t wanted = std::min(room, enough < room ? enough + chunkPoints : room);
    points.steps.reserve(wanted);
    points.values.reserve(wanted);
}

} // namespace

/// A series as the writer sees it.
struct SeriesTable::Series {
    SeriesSummary summary;
    std::int64_t tailChunks = 0;

    bool accepts(std::int64_t step) const { return summary.count == 0 || step > summary.lastStep; }
};

std::int64_t SeriesTable::append(std::int64_t trial, const std::map<std::string, std::vector<Point>>& points)
{
    std::map<std::string, Series> known = seriesOf(trial);
    std::int64_t leftOut = 0;
    for (const auto& [metric, batch] : points) {
        if (batch.empty())
            continue;
        auto place = known.find(metric);
        if (place == known.end())
            place = known.emplace(metric, create(trial, metric)).first;
        Series& series = place->second;
        Points accepted;
        for (const Point& point : batch) {
            if (!series.accepts(point.step)) {
                ++leftOut;
                continue;
            }
            take(series.summary, point.step, point.value);
            accepted.steps.push_back(point.step);
            accepted.values.push_back(point.value);
        }
        if (accepted.size() > 0)
            write(series, accepted);
    }
    return leftOut;
}

std::map<std::string, SeriesTable::Series> SeriesTable::seriesOf(std::int64_t trial)
{
    Query query(m_database, R"sql(
        SELECT metric.name, series.id, tail_chunks, count, non_finite, last_step, last, minimum, maximum,
               minimum_step, maximum_step
        FROM series JOIN metric ON metric.id = series.metric WHERE trial = ?)sql");
    query.bind(trial);
    std::map<std::string, Series> all;
    while (query.next()) {
        Series series;
        SeriesSummary& s = series.summary;
        query.read(s.metric, s.id, series.tailChunks, s.count, s.nonFinite, s.lastStep, s.last, s.minimum,
                   s.maximum, s.minimumStep, s.maximumStep);
        all.emplace(s.metric, std::move(series));
    }
    return all;
}

SeriesTable::Series SeriesTable::create(std::int64_t trial, const std::string& metric)
{
    Query(m_database, R"sql(
        INSERT INTO metric (experiment, name, token) SELECT experiment, ?2, token FROM trial WHERE id = ?1
        ON CONFLICT DO NOTHING)sql")
        .bind(trial, metric)
        .run();
    Query query(m_database, R"sql(
        INSERT INTO series (trial, metric, revision, generation, tail_chunks, count, non_finite, last_step,
                            minimum_step, maximum_step, token)
        SELECT trial.id, metric.id, 0, 0, 0, 0, 0, 0, 0, 0, trial.token
        FROM trial JOIN metric ON metric.experiment = trial.experiment AND metric.token = trial.token
        WHERE trial.id = ?1 AND metric.name = ?2
        RETURNING id)sql");
    const std::optional<std::int64_t> id = query.bind(trial, metric).returnedId();
    if (!id)
        throw StoreError(StoreError::Kind::Other, m_database.file() + ": there is no trial with the id " +
                                                      std::to_string(trial) +
                                                      " any more; its experiment was removed");
    Series series;
    series.summary.metric = metric;
    series.summary.id = *id;
    return series;
}

/// `series.summary` counts the points already.
void SeriesTable::write(Series& series, const Points& points)
{
    const std::int64_t id = series.summary.id;
    const std::int64_t before = series.summary.count - static_cast<std::int64_t>(points.size());
    const std::int64_t sealed = before - before % chunkPoints;
    const bool seals = series.summary.count - sealed >= chunkPoints;
    if (!seals && series.tailChunks < mostTailChunks) {
        insertChunk(id, before, points.steps, points.values);
        ++series.tailChunks;
    } else {
        Points tail = read(id, sealed);
        tail.steps.insert(tail.steps.end(), points.steps.begin(), points.steps.end());
        tail.values.insert(tail.values.end(), points.values.begin(), points.values.end());
        Query(m_database, "DELETE FROM chunk WHERE series = ? AND first >= ?").bind(id, sealed).run();
        for (std::size_t done = 0; done < tail.size(); done += chunkPoints) {
            const std::size_t length = std::min<std::size_t>(chunkPoints, tail.size() - done);
            insertChunk(id, sealed + static_cast<std::int64_t>(done),
                        std::span(tail.steps).subspan(done, length),
                        std::span(tail.values).subspan(done, length));
        }
        series.tailChunks = series.summary.count % chunkPoints > 0 ? 1 : 0;
    }
    updateSummary(series);
}

void SeriesTable::insertChunk(std::int64_t series, std::int64_t first, std::span<const std::int64_t> steps,
                              std::span<const double> values)
{
    Query query(m_database, "INSERT INTO chunk (series, first, points, steps, vals) VALUES (?, ?, ?, ?, ?)");
    const std::vector<std::byte> packed = packedSteps(steps);
    query.bind(series, first, steps.size(), std::span(packed), std::as_bytes(values)).run();
}

void SeriesTable::updateSummary(const Series& series)
{
    const SeriesSummary& s = series.summary;
    Query query(m_database, R"sql(
        UPDATE series SET
            tail_chunks = ?, count = ?, non_finite = ?, last_step = ?, last = ?, minimum = ?, maximum = ?,
            minimum_step = ?, maximum_step = ?,
            revision = (SELECT revision + 1 FROM store)
        WHERE id = ?)sql");
    query.bind(series.tailChunks, s.count, s.nonFinite, s.lastStep, s.last, s.minimum, s.maximum,
               s.minimumStep, s.maximumStep, s.id);
    query.run();
}

void SeriesTable::setReadPosition(std::int64_t trial, const ReadPosition& position)
{
    Query query(
        m_database,
        "INSERT OR REPLACE INTO read_position (trial, attempt, offset, collector) VALUES (?, ?, ?, ?)");
    query.bind(trial, position.attempt, position.offset, position.collector).run();
}

std::optional<ReadPosition> SeriesTable::readPosition(std::int64_t trial)
{
    Query query(m_database, "SELECT attempt, offset, collector FROM read_position WHERE trial = ?");
    if (!query.bind(trial).next())
        return std::nullopt;
    ReadPosition position;
    query.read(position.attempt, position.offset, position.collector);
    return position;
}

void SeriesTable::clear(std::int64_t trial)
{
    for (const auto& [metric, series] : seriesOf(trial))
        clearSeries(series.summary.id);
    Query(m_database, "DELETE FROM read_position WHERE trial = ?").bind(trial).run();
}

void SeriesTable::clearSeries(std::int64_t series)
{
    Query(m_database, "DELETE FROM chunk WHERE series = ?").bind(series).run();
    Query(m_database, "UPDATE series SET generation = generation + 1 WHERE id = ?").bind(series).run();
    Series empty;
    empty.summary.id = series;
    updateSummary(empty);
}

std::int64_t SeriesTable::declare(std::int64_t trial, const std::string& metric)
{
    const std::map<std::string, Series> known = seriesOf(trial);
    const auto place = known.find(metric);
    return place != known.end() ? place->second.summary.id : create(trial, metric).summary.id;
}

std::vector<SeriesSummary> SeriesTable::ofTrial(std::int64_t trial)
{
    std::vector<SeriesSummary> summaries;
    for (auto& [metric, series] : seriesOf(trial))
        summaries.push_back(std::move(series.summary));
    return summaries;
}

std::vector<std::string> SeriesTable::metrics(std::int64_t experiment)
{
    const std::optional<std::int64_t> token = m_database.tokens().find(experiment);
    Query query(m_database, "SELECT name FROM metric WHERE experiment = ? AND token IS ? ORDER BY name");
    query.bind(experiment, token);
    std::vector<std::string> names;
    while (query.next())
        query.read(names.emplace_back());
    return names;
}

std::vector<SeriesSummary> SeriesTable::summaries(std::int64_t experiment)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectAll);
    return readSummaries(m_database, query.bind(experiment));
}

std::vector<SeriesSummary> SeriesTable::summaries(std::int64_t experiment, const std::string& metric)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectMetric);
    return readSummaries(m_database, query.bind(experiment, metric));
}

std::vector<SeriesSummary> SeriesTable::changedSince(std::int64_t experiment, const std::string& metric,
                                                     std::int64_t revision)
{
    m_database.tokens().find(experiment);
    Query query(m_database, selectChanged);
    return readSummaries(m_database, query.bind(experiment, metric, revision));
}

std::vector<SeriesSummary> SeriesTable::changedAfter(ChangePlace& place, int most)
{
    Query query(m_database, selectLater);
    std::vector<SeriesSummary> changed =
        readSummaries(m_database, query.bind(place.revision, place.id, most));
    if (!changed.empty())
        place = {changed.back().revision, changed.back().id};
    return changed;
}

Points SeriesTable::read(std::int64_t series, std::int64_t first, std::size_t enough)
{
    Query query(m_database, R"sql(
        SELECT first, points, steps, vals, (SELECT count FROM series WHERE id = ?1)
        FROM chunk WHERE series = ?1 AND first > ?2 ORDER BY first)sql");
    query.bind(series, first - chunkPoints);
    Points points;
    while (points.size() < enough && query.next()) {
        std::int64_t start = 0;
        std::int64_t length = 0;
        query.read(start, length);
        if (start + length <= first)
            continue;
        std::span<const std::byte> steps;
        std::span<const std::byte> values;
        std::int64_t count = 0;
        query.read(start, length, steps, values, count);
        if (points.size() == 0)
            reserve(points, count - first, enough);
        const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(0, first - start));
        appendSteps(points.steps, steps, static_cast<std::size_t>(length), skip);
        appendValues(points.values, values, skip);
    }
    return points;
}

} // namespace widthwise
