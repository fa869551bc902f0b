// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/experiments.h"

#include "core/store/commands.h"
#include "core/store/driver_lease.h"
#include "core/store/series.h"
#include "store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

namespace {

ExperimentRecord fullRecord()
{
    ExperimentRecord record;
    record.name = "gn2 \"µP\" 'x'; DROP TABLE trial; --";
    record.yaml = "# a comment\nname: gn2\n\tnot even: [yaml\r\n";
    record.baseDirectory = "/data/jets und mehr";
    record.state = ExperimentState::Failed;
    record.reason = "more than 5 trials failed";
    record.created = at(1);
    record.started = at(2);
    record.finished = at(3);
    record.parent = 12;
    return record;
}

} // namespace

class TestExperiments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryField()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        ExperimentRecord record = fullRecord();
        record.id = experiments.add(record);
        QVERIFY(experiments.find(record.id) == record);
        QVERIFY(experiments.find(record.name) == record);
        QVERIFY(experiments.all() == std::vector{record});

        ExperimentRecord bare;
        bare.name = "bare";
        bare.id = experiments.add(bare);
        QVERIFY(experiments.find(bare.id) == bare);
        QVERIFY(!experiments.find(bare.id + 1));
        QVERIFY(!experiments.find("nobody"));
    }

    void namesAreUnique()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        addExperiment(database, "scan");
        const std::int64_t other = addExperiment(database, "other");
        try {
            addExperiment(database, "scan");
            QFAIL("a second experiment of the same name was accepted");
        } catch (const StoreError& error) {
            QVERIFY(std::string(error.what()).find("\"scan\" exists already") != std::string::npos);
        }
        QVERIFY_EXCEPTION_THROWN(experiments.setYaml(other, "scan", "x"), StoreError);
        QCOMPARE(experiments.find(other)->name, std::string("other"));
        experiments.setYaml(other, "other", "changed");
        QCOMPARE(experiments.find(other)->yaml, std::string("changed"));
    }

    void findsFreeNames()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        QCOMPARE(experiments.freeName("scan"), std::string("scan"));
        addExperiment(database, "scan");
        QCOMPARE(experiments.freeName("scan"), std::string("scan-2"));
        addExperiment(database, "scan-2");
        QCOMPARE(experiments.freeName("scan"), std::string("scan-3"));
        QCOMPARE(experiments.freeName("scan-2"), std::string("scan-3")); // a copy of a copy
        addExperiment(database, "scan-3");
        QCOMPARE(experiments.freeName("scan-2"), std::string("scan-4"));
        addExperiment(database, "transfer-64");
        QCOMPARE(experiments.freeName("transfer-64"), std::string("transfer-64-2")); // no second transfer
        addExperiment(database, "2024");
        QCOMPARE(experiments.freeName("2024"), std::string("2024-2"));
        addExperiment(database, "-7");
        QCOMPARE(experiments.freeName("-7"), std::string("-7-2"));
    }

    /// Lists and forms show the same name.
    void theTextSaysTheFreeName()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        addExperiment(database, "scan");
        ExperimentRecord record;
        record.name = "scan";
        record.yaml = "# ours\nname: scan   # the first\nseed: 1\n";
        const ExperimentRecord copy = experiments.underFreeName(record);
        QCOMPARE(copy.name, std::string("scan-2"));
        QCOMPARE(copy.yaml, std::string("# ours\nname: scan-2   # the first\nseed: 1\n"));
        record.name = "other";
        record.yaml = "name: other\n";
        QCOMPARE(experiments.underFreeName(record).yaml, record.yaml);
        record.name = "scan";
        record.yaml = "name: [";
        QCOMPARE(experiments.underFreeName(record).yaml, record.yaml);
        QCOMPARE(experiments.underFreeName(record).name, std::string("scan-2"));
    }

    void recordsWhenItStartedAndFinished()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        const std::int64_t id = addExperiment(database);
        experiments.setState(id, ExperimentState::Ready, {}, at(1));
        QVERIFY(!experiments.find(id)->started);
        experiments.setState(id, ExperimentState::Running, {}, at(2));
        experiments.setState(id, ExperimentState::Paused, "paused by hand", at(3));
        QCOMPARE(experiments.find(id)->reason, std::string("paused by hand"));
        experiments.setState(id, ExperimentState::Running, {}, at(4));
        experiments.setState(id, ExperimentState::Completed, {}, at(5));
        QVERIFY(experiments.find(id)->started == at(2));
        QVERIFY(experiments.find(id)->finished == at(5));
        experiments.setState(id, ExperimentState::Running, {}, at(6));
        QVERIFY(!experiments.find(id)->finished);
    }

    void countsTrialsByState()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t id = addExperiment(database);
        for (int number = 0; number < 6; ++number) {
            Trial trial;
            trial.number = number;
            trial.state = number < 4 ? TrialState::Completed : TrialState::Failed;
            Trials(database).save(id, trial);
        }
        StateCounts expected{};
        expected[static_cast<std::size_t>(TrialState::Completed)] = 4;
        expected[static_cast<std::size_t>(TrialState::Failed)] = 2;
        QVERIFY(Experiments(database).counts(id) == expected);
    }

    void removesEverythingOfIt()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t kept = addExperiment(database, "kept");
        const std::int64_t removed = addExperiment(database, "removed");
        std::int64_t seriesOfRemoved = 0;
        for (const std::int64_t id : {kept, removed}) {
            const std::int64_t trial = addTrial(database, id);
            SeriesTable(database).append(trial, {{"loss", {{1, 0.5}}}});
            SeriesTable(database).setReadPosition(trial, {1, 10, {}});
            Commands(database).add(id, {Command::Kind::Stop, -1}, at(1));
            DriverLease(database, id, at(1)).release(at(2));
            seriesOfRemoved = SeriesTable(database).summaries(id).at(0).id;
        }
        Experiments(database).remove(removed);
        QVERIFY(!Experiments(database).find(removed));
        QVERIFY(Trials(database).all(removed).empty());
        QVERIFY(SeriesTable(database).metrics(removed).empty());
        QCOMPARE(SeriesTable(database).read(seriesOfRemoved).size(), std::size_t{0});
        QVERIFY(Commands(database).open(removed).empty());
        QVERIFY(!driverInfo(database, removed));

        QCOMPARE(Trials(database).all(kept).size(), std::size_t{1});
        QCOMPARE(SeriesTable(database).summaries(kept).size(), std::size_t{1});
        QCOMPARE(Commands(database).open(kept).size(), std::size_t{1});
    }

    void neverUsesAnIdAgain()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t first = addExperiment(database);
        Experiments(database).remove(first);
        QVERIFY(addExperiment(database) > first);
    }
};

QTEST_APPLESS_MAIN(TestExperiments)
#include "tst_experiments.moc"
