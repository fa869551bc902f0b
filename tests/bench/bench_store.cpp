// SPDX-License-Identifier: GPL-3.0-or-later
// The store against a plain row per point (trial, metric, step → value, WITHOUT ROWID) through the same
// library.
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include "planted_store.h"
#include "report.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

using namespace widthwise;
using namespace widthwise::bench;

namespace {

// What a driver writes that polls 100 trials four times a second: 20 reports a second of 10 metrics each.
constexpr int trialCount = 100;
constexpr int metricCount = 10;
constexpr int reportsPerPoll = 5;
constexpr int polls = 210;
constexpr double pointsWritten = 1.0 * trialCount * metricCount * reportsPerPoll * polls;

double valueAt(std::int64_t step)
{
    return 1.0 / (1.0 + 0.001 * step);
}

/// One row per point, as one would write it first.
class RowStore {
public:
    explicit RowStore(const std::string& file) : m_handle(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
    {
        for (const char* sql :
             {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -65536",
              "CREATE TABLE IF NOT EXISTS point (trial INTEGER, metric INTEGER, step INTEGER, "
              "value REAL, PRIMARY KEY (trial, metric, step)) STRICT, WITHOUT ROWID"})
            m_handle.exec(sql);
        m_insert = std::make_unique<SQLite::Statement>(m_handle, "INSERT INTO point VALUES (?, ?, ?, ?)");
        m_select = std::make_unique<SQLite::Statement>(
            m_handle, "SELECT step, value FROM point WHERE trial = ? AND metric = ? ORDER BY step");
    }
    SQLite::Database& handle() { return m_handle; }
    void append(int trial, int metric, std::int64_t step, double value)
    {
        m_insert->bind(1, trial);
        m_insert->bind(2, metric);
        m_insert->bind(3, step);
        m_insert->bind(4, value);
        m_insert->exec();
        m_insert->reset();
    }
    Points read(int trial, int metric)
    {
        m_select->bind(1, trial);
        m_select->bind(2, metric);
        Points points;
        while (m_select->executeStep()) {
            points.steps.push_back(m_select->getColumn(0).getUInt());
            points.values.push_back(m_select->getColumn(1).getDouble());
        }
        m_select->reset();
        return points;
    }

private:
    SQLite::Database m_handle;
    std::unique_ptr<SQLite::Statement> m_insert;
    std::unique_ptr<SQLite::Statement> m_select;
};

std::vector<std::int64_t> addTrials(Database& database)
{
    ExperimentRecord record;
    record.name = "written";
    const std::int64_t experiment = Experiments(database).add(record);
    std::vector<std::int64_t> trials;
    for (int number = 0; number < trialCount; ++number) {
        Trial trial;
        trial.number = number;
        trials.push_back(Trials(database).save(experiment, trial));
    }
    return trials;
}

void writeAsDriver(const std::string& file)
{
    Database database(file);
    const std::vector<std::int64_t> trials = addTrials(database);
    SeriesTable series(database);
    std::map<std::string, std::vector<Point>> batch;
    for (int poll = 0; poll < polls; ++poll) {
        std::vector<Point> points;
        for (int i = 0; i < reportsPerPoll; ++i) {
            const auto step = static_cast<std::int64_t>(poll * reportsPerPoll + i);
            points.push_back({step, valueAt(step)});
        }
        for (int metric = 0; metric < metricCount; ++metric)
            batch["metric/" + std::to_string(metric)] = points;
        Transaction transaction(database);
        for (const std::int64_t trial : trials) {
            series.append(trial, batch);
            series.setReadPosition(trial, {1, poll, {}});
        }
        transaction.commit();
    }
}

void writeAsRows(const std::string& file)
{
    RowStore rows(file);
    for (int poll = 0; poll < polls; ++poll) {
        SQLite::Transaction transaction(rows.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        for (int trial = 0; trial < trialCount; ++trial) {
            for (int metric = 0; metric < metricCount; ++metric) {
                for (int i = 0; i < reportsPerPoll; ++i) {
                    const auto step = static_cast<std::int64_t>(poll * reportsPerPoll + i);
                    rows.append(trial, metric, step, valueAt(step));
                }
            }
        }
        transaction.commit();
    }
}

double bytes(const std::string& file)
{
    return static_cast<double>(std::filesystem::file_size(file));
}

void writing(const ScratchFolder& folder)
{
    Sample ours;
    Sample rows;
    for (int i = 0; i < 3; ++i) {
        const std::string suffix = std::to_string(i);
        ours.add(medianSeconds(1, [&] { writeAsDriver(folder.file("ours" + suffix)); }));
        rows.add(medianSeconds(1, [&] { writeAsRows(folder.file("rows" + suffix)); }));
    }
    report({"store: written by a driver, 100 trials x 10", 1e-3 * pointsWritten / ours.median(), "k pt/s",
            Reference{"row per point", 1e-3 * pointsWritten / rows.median()},
            atLeast(200)}); // ten times what they report
    report({"store: bytes per point, live", bytes(folder.file("ours0")) / pointsWritten, "B",
            Reference{"row per point", bytes(folder.file("rows0")) / pointsWritten}, ratioAtMost(0.8)});
}

void reading(const ScratchFolder& folder)
{
    constexpr int length = 10'000;
    constexpr double total = 1.0 * trialCount * length;
    const std::string file = folder.file("read");
    const std::int64_t experiment =
        plant(file, {.trials = trialCount, .points = length, .metrics = {"loss"}});
    RowStore rows(folder.file("read-rows"));
    Database database(file, Database::Mode::ReadOnly);
    SeriesTable series(database);
    const std::vector<SeriesSummary> summaries = series.summaries(experiment, "loss");

    std::vector<Points> all(summaries.size());
    const double ours = medianSeconds(9, [&] {
        const Transaction snapshot(database, Transaction::Kind::Reading); // as the desktop reads them
        for (std::size_t i = 0; i < summaries.size(); ++i)
            all[i] = series.read(summaries[i].id);
        use(all);
    });
    {
        SQLite::Transaction transaction(rows.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        for (int trial = 0; trial < trialCount; ++trial) {
            const Points& points = all[static_cast<std::size_t>(trial)];
            for (std::size_t i = 0; i < points.size(); ++i)
                rows.append(trial, 0, points.steps[i], points.values[i]);
        }
        transaction.commit();
    }
    const double asRows = medianSeconds(3, [&] {
        for (int trial = 0; trial < trialCount; ++trial)
            use(rows.read(trial, 0));
    });
    std::vector<Points> copies(all.size());
    const double copied = medianSeconds(9, [&] {
        for (std::size_t i = 0; i < all.size(); ++i) {
            Points copy;
            copy.steps = all[i].steps;
            copy.values = all[i].values;
            copies[i] = std::move(copy);
        }
        use(copies);
    });
    report({"store: read, 100 x 10,000 points", 1e-6 * total / ours, "M pt/s",
            Reference{"row per point", 1e-6 * total / asRows}, ratioAtLeast(10)});
    report({"store: read, 100 x 10,000 points", 1e-6 * total / ours, "M pt/s",
            Reference{"memcpy into new vectors", 1e-6 * total / copied}, ratioAtLeast(0.2)});
    report({"store: bytes per point, complete", bytes(file) / total, "B", Reference{"u32 + f64", 12},
            ratioAtMost(1.1)});
}

/// What a viewer does at first: open, list, and then read all curves of a metric.
void opening(const std::string& file, std::int64_t experiment)
{
    const double listed = medianSeconds(9, [&] {
        Database database(file, Database::Mode::ReadOnly);
        use(Experiments(database).all());
        use(Experiments(database).counts(experiment));
        use(Trials(database).all(experiment));
        use(SeriesTable(database).metrics(experiment));
        use(SeriesTable(database).summaries(experiment, "val/loss"));
    });
    report({"store: open and list 1,000 x 10,000 x 3", 1e3 * listed, "ms", lateness(), atMost(50)});
    const double read = medianSeconds(3, [&] {
        Database database(file, Database::Mode::ReadOnly);
        const Transaction snapshot(database, Transaction::Kind::Reading);
        SeriesTable series(database);
        for (const SeriesSummary& summary : series.summaries(experiment, "val/loss"))
            use(series.read(summary.id));
    });
    report({"store: all curves of one metric of it", 1e3 * read, "ms", lateness(), atMost(700)});
}

/// What a viewer does ten times a second.
void polling(const std::string& file, std::int64_t experiment)
{
    Database writer(file);
    Database viewer(file, Database::Mode::ReadOnly);
    SeriesTable series(viewer);
    Trials trials(viewer);
    const double everything = medianSeconds(21, [&] { use(series.summaries(experiment, "val/loss")); });
    std::int64_t seen = 0;
    for (const SeriesSummary& summary : series.summaries(experiment, "val/loss"))
        seen = std::max(seen, summary.revision);
    const double nothing =
        medianSeconds(201, [&] { use(series.changedSince(experiment, "val/loss", seen)); });
    report({"store: poll 1,000 series, nothing new", 1e6 * nothing, "us",
            Reference{"all summaries", 1e6 * everything}, ratioAtMost(0.1)});

    const std::vector<TrialRecord> records = trials.all(experiment);
    const double allTrials = medianSeconds(9, [&] { use(trials.all(experiment)); });
    const double noTrials = medianSeconds(201, [&] { use(trials.changedSince(experiment, 1'000'000)); });
    report({"store: poll 1,000 trials, nothing new", 1e6 * noTrials, "us",
            Reference{"all trials", 1e6 * allTrials}, ratioAtMost(0.01)});

    Sample growing;
    for (std::int64_t step = 200'000; step < 200'051; ++step) {
        Transaction transaction(writer);
        for (std::size_t i = 0; i < 100; ++i)
            SeriesTable(writer).append(records[i].id, {{"val/loss", {{step, 0.5}}}});
        transaction.commit();
        const Stopwatch watch;
        for (const SeriesSummary& summary : series.changedSince(experiment, "val/loss", seen)) {
            use(series.read(summary.id, summary.count - 1));
            seen = std::max(seen, summary.revision);
        }
        growing.add(watch.seconds());
    }
    report({"store: poll and read 100 growing of 1,000", 1e3 * growing.median(), "ms",
            Reference{"all summaries", 1e3 * everything}, atMost(5)});
}

} // namespace

int main()
{
    const ScratchFolder folder;
    writing(folder);
    reading(folder);
    const std::string file = folder.file("planted");
    const std::int64_t experiment = plant(file);
    opening(file, experiment);
    polling(file, experiment);
}
