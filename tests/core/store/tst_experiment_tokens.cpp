// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/experiment_tokens.h"

#include "core/store/commands.h"
#include "core/store/driver_lease.h"
#include "core/store/series.h"
#include "core/store/watches.h"
#include "store_fixture.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <functional>

using namespace widthwise;
using namespace widthwise::test;

namespace {

using Step = std::function<void(Database& database, std::int64_t experiment)>;
using Kind = StoreError::Kind;

std::optional<Kind> refusal(const std::function<void()>& what)
{
    try {
        what();
        return {};
    } catch (const StoreError& error) {
        return error.kind();
    }
}

void execute(const std::string& file, const char* sql)
{
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

std::int64_t number(const std::string& file, const char* sql)
{
    SQLite::Database handle(file);
    return handle.execAndGet(sql).getInt64();
}

const std::vector<std::pair<const char*, Step>> steps{
    {"find", [](Database& database, std::int64_t id) { Experiments(database).find(id); }},
    {"list", [](Database& database, std::int64_t) { Experiments(database).all(); }},
    {"count", [](Database& database, std::int64_t id) { Experiments(database).counts(id); }},
    {"set state",
     [](Database& database, std::int64_t id) {
         Experiments(database).setState(id, ExperimentState::Failed, "theirs", at(1));
     }},
    {"set text",
     [](Database& database, std::int64_t id) { Experiments(database).setYaml(id, "theirs", "name: x"); }},
    {"remove", [](Database& database, std::int64_t id) { Experiments(database).remove(id); }},
    {"save trial", [](Database& database, std::int64_t id) { addTrial(database, id, 7); }},
    {"read trials", [](Database& database, std::int64_t id) { Trials(database).all(id); }},
    {"read a trial", [](Database& database, std::int64_t id) { Trials(database).find(id, 0); }},
    {"follow trials", [](Database& database, std::int64_t id) { Trials(database).changedSince(id, -1); }},
    {"read series", [](Database& database, std::int64_t id) { SeriesTable(database).summaries(id); }},
    {"read a metric",
     [](Database& database, std::int64_t id) { SeriesTable(database).summaries(id, "loss"); }},
    {"follow series",
     [](Database& database, std::int64_t id) { SeriesTable(database).changedSince(id, "loss", -1); }},
    {"read metrics", [](Database& database, std::int64_t id) { SeriesTable(database).metrics(id); }},
    {"command",
     [](Database& database, std::int64_t id) { Commands(database).add(id, {Command::Kind::Stop}, at(1)); }},
    {"read commands", [](Database& database, std::int64_t id) { Commands(database).open(id); }},
    {"watch",
     [](Database& database, std::int64_t id) {
         Watches(database).set("viewer", id, {0, at(9)});
     }},
    {"beat", [](Database& database, std::int64_t id) { beat(database, id, at(3), "theirs"); }},
    {"read driver", [](Database& database, std::int64_t id) { driverInfo(database, id); }},
    {"drive", [](Database& database, std::int64_t id) { const DriverLease lease(database, id, at(1)); }},
};

} // namespace

Q_DECLARE_METATYPE(Step)

class TestExperimentTokens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachExperimentHasItsOwn();
    void anotherExperimentOfTheSameIdIsRefused_data();
    void anotherExperimentOfTheSameIdIsRefused();
    void rowsOfAnotherExperimentAreNotAdopted_data();
    void rowsOfAnotherExperimentAreNotAdopted();
    void whatWasRolledBackIsForgotten();
};

void TestExperimentTokens::eachExperimentHasItsOwn()
{
    const StoreFolder folder;
    Database database(folder.file());
    const std::int64_t first = database.tokens().of(addExperiment(database, "a"));
    const std::int64_t second = database.tokens().of(addExperiment(database, "b"));
    QVERIFY(first > 0 && second > 0);
    QVERIFY(first != second);
    QVERIFY(!database.tokens().find(3));
    Database other(folder.file());
    QCOMPARE(other.tokens().of(1), first);
}

void TestExperimentTokens::anotherExperimentOfTheSameIdIsRefused_data()
{
    QTest::addColumn<Step>("step");
    for (const auto& [name, step] : steps)
        QTest::newRow(name) << step;
}

/// A backup was copied over the store, and in it others made an experiment: the file is the same to the
/// system.
void TestExperimentTokens::anotherExperimentOfTheSameIdIsRefused()
{
    QFETCH(const Step, step);
    const StoreFolder folder;
    Database database(folder.file());
    const std::int64_t id = addExperiment(database, "ours");
    const std::int64_t trial = addTrial(database, id);
    execute(folder.file(), "DELETE FROM trial; DELETE FROM experiment; DELETE FROM sqlite_sequence");
    {
        Database others(folder.file());
        QCOMPARE(addExperiment(others, "theirs"), id);
        QCOMPARE(addTrial(others, id), trial);
        setDriverInfo(others, id, {"desk", 42, at(1), at(2), "", true, {}, {}});
    }
    const char* sum =
        "SELECT total(revision) + (SELECT count(*) FROM command) + (SELECT count(*) FROM watch) + "
        "(SELECT total(heartbeat) FROM driver) + (SELECT total(revision) FROM experiment) FROM trial";
    const std::int64_t state = number(folder.file(), sum);
    QVERIFY(refusal([&] { step(database, id); }) == Kind::Moved);
    QCOMPARE(number(folder.file(), sum), state);
    Database again(folder.file());
    QVERIFY(!refusal([&] { Trials(again).all(id); }));
}

void TestExperimentTokens::rowsOfAnotherExperimentAreNotAdopted_data()
{
    QTest::addColumn<QString>("mix");
    QTest::addColumn<Step>("step");
    const auto row = [](const char* name, const char* mix, const char* step) {
        const auto named = std::ranges::find_if(
            steps, [&](const auto& each) { return QLatin1String(each.first) == QLatin1String(step); });
        QTest::addRow("%s: %s", name, step) << QString::fromLatin1(mix) << named->second;
    };
    for (const char* step : {"count", "read trials", "read a trial", "follow trials", "read series"})
        row("trial", "UPDATE trial SET token = 5", step);
    row("trial", "UPDATE trial SET token = 5", "save trial");
    for (const char* step : {"read series", "read a metric", "follow series"}) {
        row("series", "UPDATE series SET token = 5", step);
        row("metric", "UPDATE metric SET token = 5", step);
    }
    row("command", "UPDATE command SET owner = 5", "read commands");
}

void TestExperimentTokens::rowsOfAnotherExperimentAreNotAdopted()
{
    QFETCH(const QString, mix);
    QFETCH(const Step, step);
    const StoreFolder folder;
    Database database(folder.file());
    const std::int64_t id = addExperiment(database);
    SeriesTable(database).append(addTrial(database, id), {{"loss", {{1, 0.5}}}});
    Commands(database).add(id, {Command::Kind::Pause}, at(1));
    for (const auto& [name, each] : steps)
        if (qstrcmp(name, "remove") != 0)
            QVERIFY2(!refusal([&, &each = each] { each(database, id); }), name);
    execute(folder.file(), mix.toLatin1().constData());
    QVERIFY(refusal([&] { step(database, id); }) == Kind::Corrupt);
}

void TestExperimentTokens::whatWasRolledBackIsForgotten()
{
    const StoreFolder folder;
    Database database(folder.file());
    std::int64_t id = 0;
    {
        const Transaction never(database);
        id = addExperiment(database, "never");
        addTrial(database, id);
    }
    Database others(folder.file());
    QCOMPARE(addExperiment(others, "theirs"), id);
    addTrial(database, id);
    QCOMPARE(Trials(others).all(id).size(), 1U);
}

QTEST_GUILESS_MAIN(TestExperimentTokens)
#include "tst_experiment_tokens.moc"
