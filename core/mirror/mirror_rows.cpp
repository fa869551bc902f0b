// SPDX-License-Identifier: GPL-3.0-or-later
// How the rows of an answer become rows of this store.
#include "core/mirror/exchange_output.h"
#include "core/mirror/mirror.h"
#include "core/store/query.h"

namespace widthwise {

std::optional<std::int64_t> Mirror::lookUp(const char* question, std::int64_t there)
{
    std::optional<std::int64_t> here;
    Query query(m_database, question);
    if (query.bind(m_id, there).next())
        query.read(here);
    return here;
}

std::optional<std::int64_t> Mirror::experimentHere(std::int64_t there)
{
    return lookUp("SELECT experiment FROM mirrored_experiment WHERE mirror = ? AND remote = ?", there);
}

std::optional<std::int64_t> Mirror::trialHere(std::int64_t there)
{
    return lookUp("SELECT trial FROM mirrored_trial WHERE mirror = ? AND remote = ?", there);
}

/// Its own, or where that is taken here `gn2-lr@juwels`.
std::string Mirror::nameHere(const std::string& name, std::optional<std::int64_t> experiment)
{
    Experiments table(m_database);
    const std::optional<ExperimentRecord> namesake = table.find(name);
    if (!namesake || namesake->id == experiment)
        return name;
    return table.freeName(name + '@' + m_host.substr(m_host.rfind('@') + 1));
}

void Mirror::take(const ExperimentRecord& there)
{
    std::optional<std::int64_t> here;
    std::string known;
    Query query(m_database,
                "SELECT experiment, name FROM mirrored_experiment WHERE mirror = ? AND remote = ?");
    const bool seen = query.bind(m_id, there.id).next();
    if (seen)
        query.read(here, known);
    if (seen && !here)
        return; // a person removed the copy
    Experiments table(m_database);
    ExperimentRecord copy = there;
    copy.parent = there.parent ? experimentHere(*there.parent) : std::nullopt;
    copy.name = known == there.name ? table.find(*here).value().name : nameHere(there.name, here);
    if (seen) {
        copy.id = *here;
        table.replace(copy);
    } else {
        here = table.add(copy);
    }
    Query(m_database, R"sql(
        INSERT OR REPLACE INTO mirrored_experiment (mirror, remote, experiment, name, parent)
        VALUES (?, ?, ?, ?, ?))sql")
        .bind(m_id, there.id, here, there.name, there.parent)
        .run();
}

void Mirror::take(const TrialRecord& there)
{
    const std::optional<std::int64_t> experiment = experimentHere(there.experiment);
    if (!experiment)
        return;
    Trial copy = there.trial;
    copy.parent = copy.parent ? trialHere(*copy.parent) : std::nullopt;
    const std::int64_t here = Trials(m_database).save(*experiment, copy);
    Query(m_database, R"sql(
        INSERT INTO mirrored_trial (mirror, remote, trial, parent) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET parent = excluded.parent)sql")
        .bind(m_id, there.id, here, there.trial.parent)
        .run();
}

/// What an experiment or a trial was made from may have come after it.
void Mirror::joinFamilies()
{
    Query(m_database, R"sql(
        UPDATE experiment SET parent = made_from.experiment
        FROM mirrored_experiment AS child
        JOIN mirrored_experiment AS made_from ON made_from.mirror = child.mirror AND made_from.remote = child.parent
        WHERE child.mirror = ? AND experiment.id = child.experiment
              AND experiment.parent IS NOT made_from.experiment)sql")
        .bind(m_id)
        .run();
    Query(m_database, R"sql(
        UPDATE trial SET parent = made_from.trial, revision = (SELECT revision + 1 FROM store)
        FROM mirrored_trial AS child INDEXED BY mirrored_child
        JOIN mirrored_trial AS made_from ON made_from.mirror = child.mirror AND made_from.remote = child.parent
        WHERE child.mirror = ? AND child.parent IS NOT NULL AND trial.id = child.trial
              AND trial.parent IS NOT made_from.trial)sql")
        .bind(m_id)
        .run();
}

void Mirror::take(const SeriesLength& there)
{
    const std::optional<std::int64_t> trial = trialHere(there.trial);
    if (!trial)
        return;
    SeriesTable table(m_database);
    const std::int64_t here = table.declare(*trial, there.metric);
    std::int64_t generation = there.generation;
    {
        Query query(m_database, "SELECT generation FROM mirrored_series WHERE mirror = ? AND remote = ?");
        if (query.bind(m_id, there.series).next())
            query.read(generation);
    }
    if (generation != there.generation)
        table.clearSeries(here);
    Query(m_database, R"sql(
        INSERT INTO mirrored_series (mirror, remote, series, generation, missing)
        SELECT ?1, ?2, id, ?3, ?4 - count FROM series WHERE id = ?5
        ON CONFLICT DO UPDATE SET generation = excluded.generation, missing = excluded.missing)sql")
        .bind(m_id, there.series, there.generation, there.count, here)
        .run();
}

void Mirror::take(const SeriesPiece& there)
{
    std::int64_t series = 0;
    std::int64_t generation = 0;
    std::int64_t count = 0;
    std::int64_t trial = 0;
    std::string metric;
    {
        Query query(m_database, R"sql(
            SELECT series.id, there.generation, count, trial, metric.name
            FROM mirrored_series AS there JOIN series ON series.id = there.series
                 JOIN metric ON metric.id = series.metric
            WHERE mirror = ? AND remote = ?)sql");
        if (!query.bind(m_id, there.series).next())
            return;
        query.read(series, generation, count, trial, metric);
    }
    if (generation != there.generation || count != there.first)
        return; // cleared since these were asked for
    std::vector<Point> points;
    points.reserve(there.points.size());
    for (std::size_t i = 0; i < there.points.size(); ++i)
        points.push_back({there.points.steps[i], there.points.values[i]});
    SeriesTable(m_database).append(trial, {{metric, points}});
    Query(m_database, "UPDATE mirrored_series SET missing = max(0, missing - ?) WHERE series = ?")
        .bind(points.size(), series)
        .run();
}

void Mirror::take(const DriverChange& there, std::chrono::milliseconds ahead)
{
    const std::optional<std::int64_t> experiment = experimentHere(there.experiment);
    if (!experiment)
        return;
    DriverInfo info = there.info;
    info.heartbeat += ahead; // by the clock here
    if (info.running)
        m_drivers[*experiment] = {info.heartbeat, info.notice};
    else
        m_drivers.erase(*experiment);
    if (!info.place.isRemote())
        info.place.host = m_host;
    info.link.reset(); // here it is the link to the store: see beat
    setDriverInfo(m_database, *experiment, info);
}

void Mirror::take(const OutputPiece& there)
{
    const std::optional<std::int64_t> experiment = experimentHere(there.experiment);
    const auto trial =
        experiment ? Trials(m_database).find(*experiment, there.trial) : std::optional<TrialRecord>();
    if (!trial)
        return;
    Outputs table(m_database);
    table.save(trial->id, joined(table.find(trial->id), there.tail));
}

} // namespace widthwise
