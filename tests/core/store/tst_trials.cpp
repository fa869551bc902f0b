// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trials.h"

#include "store_fixture.h"

#include <QTest>

#include <limits>

using namespace widthwise;
using namespace widthwise::test;

namespace {

Trial fullTrial()
{
    Trial trial;
    trial.number = 3;
    trial.configuration = Configuration({{"max_lr", 1.0},
                                         {"width", std::int64_t{64}},
                                         {"amp", true},
                                         {"note", std::string("µP \"quoted\"\n\ttab 'single' 漢字")}});
    trial.state = TrialState::Running;
    trial.attempt = 2;
    trial.continues = true;
    trial.stop = StopRequest{TrialState::Diverged, at(1'700'000'000'777), true};
    trial.objective = 0.1 + 0.2;
    trial.objectiveStep = std::numeric_limits<std::int64_t>::max();
    trial.lastStep = 0;
    trial.created = at(1'700'000'000'001);
    trial.queued = at(1'700'000'000'002);
    trial.started = at(1'700'000'000'003);
    trial.finished = at(-5);
    trial.secondsBefore = 12.25;
    trial.device = "cuda:1";
    trial.reason = std::string("stopped; then \0 a NUL, a ' and ü", 32);
    trial.parent = 7;
    trial.agent = Agent::Scheduler;
    trial.interruptions = 2;
    trial.bracket = 4;
    trial.rung = 1;
    trial.untilStep = 300;
    trial.promotedFrom = 1;
    trial.checkpointBytes = 5'000'000'000;
    trial.checkpointDropped = true;
    trial.firstRung = 3;
    trial.notices = {{Notice::Kind::OutOfOrder, 12, "val/loss", "step 3", " after 9"},
                     {Notice::Kind::Unread, 1, "metrics.jsonl", "line 2", "µ"}};
    return trial;
}

} // namespace

class TestTrials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryField()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t id = Trials(database).save(experiment, fullTrial());

        Database other(folder.file());
        const std::optional<TrialRecord> found = Trials(other).find(experiment, 3);
        QVERIFY(found);
        QCOMPARE(found->id, id);
        QCOMPARE(found->experiment, experiment);
        QVERIFY(found->trial == fullTrial());
        QVERIFY(!Trials(other).find(experiment, 4));
    }

    void keepsAbsentFields()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Trials(database).save(experiment, Trial{});
        QVERIFY(Trials(database).find(experiment, 0)->trial == Trial{});
    }

    void keepsEveryState()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        for (int state = 0; state <= static_cast<int>(TrialState::Cancelled); ++state) {
            Trial trial;
            trial.number = state;
            trial.state = static_cast<TrialState>(state);
            Trials(database).save(experiment, trial);
            QVERIFY(Trials(database).find(experiment, state)->trial == trial);
        }
    }

    void replacesByNumber()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Trials trials(database);
        const std::int64_t id = trials.save(experiment, fullTrial());
        Trial changed;
        changed.number = 3;
        changed.state = TrialState::Completed;
        QCOMPARE(trials.save(experiment, changed), id);
        QCOMPARE(trials.all(experiment).size(), std::size_t{1});
        QVERIFY(trials.find(experiment, 3)->trial == changed);
    }

    void listsByNumberWithinTheExperiment()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t first = addExperiment(database, "first");
        const std::int64_t second = addExperiment(database, "second");
        for (const int number : {2, 0, 1})
            addTrial(database, first, number);
        addTrial(database, second, 0);
        const std::vector<TrialRecord> all = Trials(database).all(first);
        QCOMPARE(all.size(), std::size_t{3});
        for (int number = 0; number < 3; ++number)
            QCOMPARE(all[static_cast<std::size_t>(number)].trial.number, number);
    }

    void tellsWhatChanged()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t other = addExperiment(database, "other");
        for (int number = 0; number < 5; ++number)
            addTrial(database, experiment, number);
        Trials trials(database);
        std::int64_t seen = 0;
        for (const TrialRecord& record : trials.changedSince(experiment, 0))
            seen = std::max(seen, record.revision);
        QVERIFY(trials.changedSince(experiment, seen).empty());

        addTrial(database, other, 0);
        QVERIFY(trials.changedSince(experiment, seen).empty());
        addTrial(database, experiment, 4);
        addTrial(database, experiment, 1);
        const std::vector<TrialRecord> changed = trials.changedSince(experiment, seen);
        QCOMPARE(changed.size(), std::size_t{2});
        QCOMPARE(changed[0].trial.number, 1);
        QCOMPARE(changed[1].trial.number, 4);
        QVERIFY(changed[0].revision > changed[1].revision);
    }

    void saysThatTheExperimentWasRemoved()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        addTrial(database, experiment);
        Experiments(database).remove(experiment);
        try {
            addTrial(database, experiment);
            QFAIL("a trial of no experiment was saved");
        } catch (const StoreError& error) {
            QVERIFY2(std::string(error.what()).find("was removed") != std::string::npos, error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestTrials)
#include "tst_trials.moc"
