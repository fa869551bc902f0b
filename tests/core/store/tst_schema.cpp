// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/schema.h"

#include "core/store/commands.h"
#include "core/store/driver_lease.h"
#include "core/store/experiment_tokens.h"
#include "core/store/outputs.h"
#include "core/store/query.h"
#include "core/store/series.h"
#include "core/store/watches.h"
#include "store_fixture.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

using namespace widthwise;
using namespace widthwise::test;

namespace {

std::vector<const char*> withStep(const char* script)
{
    std::vector<const char*> scripts(schemaScripts().begin(), schemaScripts().end());
    scripts.push_back(script);
    return scripts;
}

std::int64_t number(SQLite::Database& handle, const std::string& sql)
{
    return handle.execAndGet(sql).getInt64();
}

} // namespace

class TestSchema : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatIsThereWhenAStepIsAdded()
    {
        const StoreFolder folder;
        {
            Database database(folder.file());
            addTrial(database, addExperiment(database), 5);
        }
        SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE);
        const auto newest = static_cast<std::int64_t>(schemaScripts().size());
        QCOMPARE(schemaVersion(handle), newest);
        const auto scripts = withStep("ALTER TABLE trial ADD COLUMN tag TEXT NOT NULL DEFAULT 'none';"
                                      "UPDATE trial SET tag = 'trial ' || number;");
        migrate(handle, scripts);
        QCOMPARE(schemaVersion(handle), newest + 1);
        QCOMPARE(handle.execAndGet("SELECT tag FROM trial").getString(), std::string("trial 5"));
        migrate(handle, scripts);
        QCOMPARE(schemaVersion(handle), newest + 1);
    }

    void bringsTheFirstStoreUpToDate()
    {
        for (const auto mode : {Database::Mode::ReadWrite, Database::Mode::ReadOnly}) {
            const StoreFolder folder;
            {
                SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
                migrate(handle, schemaScripts().first(1));
                handle.exec("INSERT INTO experiment (id, name, yaml, base_directory, state, reason, created) "
                            "VALUES (3, 'old', '', '/', 'running', '', 5)");
                handle.exec("INSERT INTO driver VALUES (3, 'desk', 42, 10, 20, 'the disk is full', 1)");
            }
            Database database(folder.file(), mode);
            DriverInfo expected{"desk", 42, at(10), at(20), "the disk is full", true, {}, {}};
            QVERIFY(driverInfo(database, 3) == expected);
            QVERIFY(Watches(database).of(3, at(0)).empty());
            QVERIFY(!Outputs(database).find(1));
        }
    }

    void rowsOfAnOldStoreGetTokens()
    {
        const StoreFolder folder;
        {
            SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            migrate(handle, schemaScripts().first(3));
            handle.exec(R"sql(
                INSERT INTO experiment (id, name, yaml, base_directory, state, reason, created)
                VALUES (3, 'old', '', '/', 'running', '', 5), (4, 'older', '', '/', 'running', '', 5);
                INSERT INTO trial (id, experiment, number, revision, configuration, state, attempt, continues, created,
                                   seconds_before, device, reason)
                VALUES (7, 3, 0, 1, '{}', 'running', 1, 0, 5, 0, '', '');
                INSERT INTO metric (id, experiment, name) VALUES (9, 3, 'loss');
                INSERT INTO series (trial, metric, revision, generation, tail_chunks, count, non_finite, last_step,
                                    minimum_step, maximum_step)
                VALUES (7, 9, 2, 0, 0, 1, 0, 4, 0, 0);
                INSERT INTO command (experiment, kind, trial, created) VALUES (3, 'pause', -1, 6);
                INSERT INTO driver (experiment, host, pid, started, heartbeat, notice, running)
                VALUES (3, 'desk', 42, 10, 20, '', 1))sql");
        }
        Database database(folder.file());
        QVERIFY(database.tokens().of(3) != database.tokens().of(4));
        QCOMPARE(Trials(database).all(3).size(), 1U);
        QCOMPARE(Experiments(database).counts(3)[std::size_t(TrialState::Running)], 1);
        QCOMPARE(SeriesTable(database).summaries(3, "loss").size(), 1U);
        QCOMPARE(SeriesTable(database).metrics(3), std::vector<std::string>{"loss"});
        QCOMPARE(Commands(database).open(3).size(), 1U);
        QCOMPARE(driverInfo(database, 3)->pid, 42);
    }

    /// Before, only the words of the reason told who had stopped a trial.
    void trialsOfAnOldStoreGetTheirAgents()
    {
        const StoreFolder folder;
        {
            SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            migrate(handle, schemaScripts().first(6));
            handle.exec(R"sql(
                INSERT INTO experiment (id, name, yaml, base_directory, state, reason, created, token)
                VALUES (3, 'old', '', '/', 'running', '', 5, 11);
                INSERT INTO trial (experiment, number, revision, configuration, state, attempt, continues, created,
                                   seconds_before, device, reason, token)
                VALUES (3, 0, 1, '{}', 'stopped', 1, 0, 5, 0, '', 'the experiment was stopped', 11),
                       (3, 1, 1, '{}', 'stopped', 1, 0, 5, 0, '', 'worse than the median of the other trials at step 3', 11),
                       (3, 2, 1, '{}', 'paused', 1, 0, 5, 0, '', 'paused by request', 11),
                       (3, 3, 1, '{}', 'stopped', 1, 0, 5, 0, '', 'stopped by request', 11),
                       (3, 4, 1, '{}', 'completed', 1, 0, 5, 0, '', '', 11))sql");
        }
        Database database(folder.file());
        std::vector<Agent> agents;
        for (const TrialRecord& record : Trials(database).all(3))
            agents.push_back(record.trial.agent);
        QCOMPARE(agents, (std::vector{Agent::Experiment, Agent::Scheduler, Agent::Person, Agent::Person,
                                      Agent::Program}));
    }

    void leavesTheFileAsItWasWhenAStepFails()
    {
        const StoreFolder folder;
        Database(folder.file());
        SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE);
        const auto scripts = withStep("CREATE TABLE half (x INTEGER); INSERT INTO nowhere VALUES (1);");
        QVERIFY_EXCEPTION_THROWN(migrate(handle, scripts), SQLite::Exception);
        QCOMPARE(schemaVersion(handle), static_cast<std::int64_t>(schemaScripts().size()));
        QCOMPARE(number(handle, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), std::int64_t{0});
    }

    void everyChangeTakesTheNextNumber()
    {
        const StoreFolder folder;
        Database database(folder.file());
        std::int64_t last = storeRevision(database);
        const auto rises = [&] {
            const std::int64_t before = std::exchange(last, storeRevision(database));
            return before < last;
        };
        const std::int64_t experiment = addExperiment(database);
        QVERIFY(rises());
        const std::int64_t trial = addTrial(database, experiment);
        QVERIFY(rises());
        SeriesTable(database).append(trial, {{"loss", {{1, 0.5}}}});
        QVERIFY(rises());
        SeriesTable(database).clear(trial);
        QVERIFY(rises());
        Experiments(database).setState(experiment, ExperimentState::Running, {}, at(1));
        QVERIFY(rises());
        {
            DriverLease lease(database, experiment, at(1));
            QVERIFY(rises());
            beat(database, experiment, at(2), {});
            QVERIFY(rises());
        }
        QVERIFY(!rises());
        Database other(folder.file("other.db"));
        QVERIFY(storeIdentity(database) != storeIdentity(other));
    }

    void everyTableIsStrict()
    {
        const StoreFolder folder;
        Database(folder.file());
        SQLite::Database handle(folder.file());
        QVERIFY(number(handle, "SELECT count(*) FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'") > 0);
        QCOMPARE(number(handle, "SELECT count(*) FROM pragma_table_list WHERE NOT strict "
                                "AND name NOT LIKE 'sqlite_%'"),
                 std::int64_t{0});
    }

    void manyMayCreateTheSameStoreAtOnce()
    {
        const StoreFolder folder;
        std::atomic<int> failures = 0;
        std::vector<std::thread> openers;
        for (int i = 0; i < 8; ++i) {
            openers.emplace_back([&folder, &failures, i] {
                try {
                    Database database(folder.file());
                    addExperiment(database, "experiment " + std::to_string(i));
                } catch (const StoreError& error) {
                    qWarning("%s", error.what());
                    ++failures;
                }
            });
        }
        for (std::thread& opener : openers)
            opener.join();
        QCOMPARE(failures.load(), 0);
        Database database(folder.file());
        QCOMPARE(Experiments(database).all().size(), std::size_t{8});
    }

    void pollsUseTheirIndices()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const auto plan = [&database](const std::string& sql) {
            Query query(database, "EXPLAIN QUERY PLAN " + sql);
            std::string all;
            while (query.next()) {
                std::int64_t ignored = 0;
                std::string detail;
                query.read(ignored, ignored, ignored, detail);
                all += detail + "\n";
            }
            return all;
        };
        QVERIFY(plan("SELECT * FROM trial WHERE experiment = 1 AND revision > 5 ORDER BY number")
                    .find("trial_revision (experiment=? AND revision>?)") != std::string::npos);
        QVERIFY(plan("SELECT count FROM metric JOIN series ON series.metric = metric.id "
                     "WHERE metric.experiment = 1 AND metric.name = 'x' AND series.revision > 5")
                    .find("series_revision (metric=? AND revision>?)") != std::string::npos);
        QVERIFY(plan("SELECT * FROM trial WHERE (revision, id) > (5, 1) ORDER BY revision, id")
                    .find("trial_change (revision>?)") != std::string::npos);
        QVERIFY(plan("SELECT * FROM series WHERE (revision, id) > (5, 1) ORDER BY revision, id")
                    .find("series_change (revision>?)") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSchema)
#include "tst_schema.moc"
