// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/mirror/mirror_fixture.h"

#include "core/store/commands.h"
#include "core/store/query.h"

#include <QTest>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace widthwise;
using namespace widthwise::test;

namespace {

void append(Database& database, std::int64_t trial, std::int64_t first, std::int64_t count)
{
    std::map<std::string, std::vector<Point>> points;
    for (std::int64_t step = first; step < first + count; ++step)
        points["loss"].push_back({step, 1.0 / step});
    Transaction transaction(database);
    SeriesTable(database).append(trial, points);
    transaction.commit();
}

std::size_t pointsIn(const ExchangeAnswer& answer)
{
    std::size_t points = 0;
    for (const SeriesPiece& piece : answer.pieces)
        points += piece.points.size();
    return points;
}

} // namespace

class TestMirror : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knowsWhereACopyComesFrom()
    {
        MirrorFixture stores;
        addExperiment(stores.there, "gn2-lr");
        addExperiment(stores.here, "mine");
        stores.catchUp();
        const auto origin = Mirrors(stores.here).origin(stores.idHere("gn2-lr"));
        QVERIFY(origin);
        QCOMPARE(origin->name, std::string("gn2-lr"));
        QCOMPARE(origin->mirror.remote.host, std::string("juwels"));
        QCOMPARE(origin->mirror.lastContact, std::optional(at(2000)));
        QVERIFY(!Mirrors(stores.here).origin(stores.idHere("mine")));
        QCOMPARE(Mirrors(stores.here).origins().size(), std::size_t{1});
    }

    void takenNameGetsTheHost()
    {
        MirrorFixture stores;
        addExperiment(stores.here, "gn2-lr");
        const std::int64_t there = addExperiment(stores.there, "gn2-lr");
        stores.catchUp();
        QVERIFY(Mirrors(stores.here).origin(stores.idHere("gn2-lr@juwels")));
        Experiments(stores.there).setYaml(there, "gn2-lr", "another text");
        stores.catchUp();
        QCOMPARE(Experiments(stores.here).find(stores.idHere("gn2-lr@juwels"))->yaml,
                 std::string("another text"));
        Experiments(stores.there).setYaml(there, "gn2-rate", "another text");
        stores.catchUp();
        QVERIFY(Mirrors(stores.here).origin(stores.idHere("gn2-rate")));
    }

    void asksForWhatChangedOnly()
    {
        MirrorFixture stores;
        const std::int64_t trial = addTrial(stores.there, addExperiment(stores.there));
        append(stores.there, trial, 1, 5000);
        stores.catchUp();
        const ExchangeAnswer quiet = stores.answer();
        QVERIFY(quiet.experiments.empty() && quiet.trials.empty() && quiet.series.empty() && !quiet.more);
        append(stores.there, trial, 5001, 7);
        stores.exchange();
        const ExchangeAnswer answer = stores.answer();
        QCOMPARE(pointsIn(answer), std::size_t{7});
        QVERIFY(answer.trials.empty());
    }

    void largeStoreComesInParts()
    {
        MirrorFixture stores;
        const std::int64_t experiment = addExperiment(stores.there);
        for (int trial = 0; trial < 3; ++trial)
            append(stores.there, addTrial(stores.there, experiment, trial), 1, 4000);
        stores.exchange();
        QVERIFY(stores.mirror->behind());
        int parts = 0;
        while (stores.mirror->behind()) {
            const ExchangeAnswer answer = stores.answer({.rows = 10, .points = 1000});
            QVERIFY(pointsIn(answer) < 2200);
            stores.mirror->take(answer, at(2000));
            stores.restart();
            ++parts;
        }
        QVERIFY(parts >= 6);
        compareStores(stores.there, stores.here);
    }

    void commandIsPassedOnOnce()
    {
        MirrorFixture stores;
        const std::int64_t there = addExperiment(stores.there);
        addTrial(stores.there, there);
        stores.catchUp();
        const std::int64_t here = stores.idHere("lr-scan");
        QVERIFY(!stores.mirror->hasCommands());
        Commands(stores.here).add(here, {Command::Kind::StopTrial, 0}, at(1));
        QVERIFY(stores.mirror->hasCommands());
        stores.answer(); // is lost
        stores.answer(); // so is this one
        QCOMPARE(Commands(stores.there).open(there).size(), std::size_t{1});
        stores.exchange();
        QVERIFY(!stores.mirror->hasCommands());
        const auto open = Commands(stores.there).open(there);
        QCOMPARE(open.size(), std::size_t{1});
        QVERIFY(open[0].second == (Command{Command::Kind::StopTrial, 0}));
        Commands(stores.here).add(here, {Command::Kind::StopTrial, 0}, at(1)); // asked again by the person
        stores.exchange();
        QCOMPARE(Commands(stores.there).open(there).size(), std::size_t{2});
        const Command change{Command::Kind::Change, -1, "name: lr-scan\nbudget: {trials: 40} # µ\n"};
        Commands(stores.here).add(here, change, at(1));
        stores.exchange();
        QVERIFY(Commands(stores.there).open(there).back().second == change);
    }

    void removedThereIsRemovedHere()
    {
        MirrorFixture stores;
        const std::int64_t there = addExperiment(stores.there);
        append(stores.there, addTrial(stores.there, there), 1, 5000);
        stores.exchange();
        Commands(stores.here).add(stores.idHere("lr-scan"), {Command::Kind::Stop}, at(1));
        Experiments(stores.there).remove(there);
        stores.catchUp();
        QVERIFY(Experiments(stores.here).all().empty());
    }

    void copyThatAPersonRemovedStaysAway()
    {
        MirrorFixture stores;
        const std::int64_t there = addExperiment(stores.there);
        const std::int64_t trial = addTrial(stores.there, there);
        append(stores.there, trial, 1, 5000);
        stores.exchange();
        Experiments(stores.here).remove(stores.idHere("lr-scan"));
        append(stores.there, trial, 5001, 1);
        Experiments(stores.there).setState(there, ExperimentState::Running, "", at(5));
        stores.catchUp();
        QVERIFY(Experiments(stores.here).all().empty());
        QVERIFY(Experiments(stores.there).find(there));
    }

    void clockThereMayBeWrong()
    {
        MirrorFixture stores;
        const std::int64_t there = addExperiment(stores.there);
        DriverInfo driver;
        driver.heartbeat = at(1999);
        driver.running = true;
        setDriverInfo(stores.there, there, driver);
        stores.mirror->take(stores.answer(), at(900'000));
        QCOMPARE(driverInfo(stores.here, stores.idHere("lr-scan"))->heartbeat, at(899'999));
    }

    void copyIsNotDrivenHere()
    {
        MirrorFixture stores;
        addExperiment(stores.there);
        stores.catchUp();
        try {
            const DriverLease lease(stores.here, stores.idHere("lr-scan"), at(1));
            QFAIL("driven");
        } catch (const StoreError& error) {
            QCOMPARE(error.kind(), StoreError::Kind::Locked);
            QVERIFY(std::string(error.what()).find("copy of lr-scan on juwels") != std::string::npos);
        }
    }

    void anotherStoreInItsPlaceBeginsAnew()
    {
        MirrorFixture stores;
        addExperiment(stores.there, "old");
        stores.catchUp();
        const std::int64_t before = stores.mirror->id();
        StoreFolder folder;
        Database other(folder.file());
        addExperiment(other, "new");
        const auto exchange = [&] {
            stores.mirror->take(answerTo(stores.mirror->request(at(2000)), other, at(2000)), at(2000));
        };
        exchange();
        QVERIFY(stores.mirror->id() != before);
        QVERIFY(stores.mirror->behind());
        exchange();
        QVERIFY(!Mirrors(stores.here).find(before)->wanted);
        QCOMPARE(Mirrors(stores.here).origin(stores.idHere("old"))->mirror.id, before);
        QCOMPARE(Mirrors(stores.here).origin(stores.idHere("new"))->mirror.id, stores.mirror->id());
        QCOMPARE(Mirrors(stores.here).attach({.host = "juwels"}).id, stores.mirror->id());
    }

    void storeThatWasSetBackIsCopiedAgain()
    {
        MirrorFixture stores;
        const std::int64_t trial = addTrial(stores.there, addExperiment(stores.there));
        append(stores.there, trial, 1, 10);
        stores.catchUp();
        const std::string backup = stores.there.file() + ".backup";
        Query(stores.there, "VACUUM INTO ?").bind(backup).run();
        append(stores.there, trial, 11, 10);
        stores.catchUp();
        Database restored(backup);
        while (true) {
            stores.mirror->take(answerTo(stores.mirror->request(at(2000)), restored, at(2000)), at(2000));
            if (!stores.mirror->behind())
                break;
        }
        compareStores(restored, stores.here);
    }

    /// By then its numbers say nothing any more: they lie ahead of those that were known.
    void storeThatWentOnFromAnEarlierStateIsCopiedAgain()
    {
        MirrorFixture stores;
        const std::int64_t old = addExperiment(stores.there, "old");
        append(stores.there, addTrial(stores.there, old), 1, 10);
        stores.catchUp();
        Commands(stores.here).add(stores.idHere("old"), {Command::Kind::Stop}, at(1));
        SQLite::Database(stores.there.file(), SQLite::OPEN_READWRITE)
            .exec("PRAGMA foreign_keys = ON; DELETE FROM experiment; DELETE FROM sqlite_sequence");
        Database there(stores.there.file());
        QCOMPARE(addExperiment(there, "new"), old);
        append(there, addTrial(there, old), 1, 20);
        do
            stores.mirror->take(answerTo(stores.mirror->request(at(2000)), there, at(2000)), at(2000));
        while (stores.mirror->behind());
        compareStores(there, stores.here);
        QVERIFY(Commands(there).open(old).empty());
    }
};

QTEST_GUILESS_MAIN(TestMirror)
#include "tst_mirror.moc"
