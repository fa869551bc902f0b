// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/permission.h"

#include <QTest>

using namespace widthwise;

namespace {

using Kind = Permission::Kind;

Standing standing(ExperimentState state, bool driven = false)
{
    Standing made;
    made.state = state;
    made.driven = driven;
    return made;
}

Standing with(Standing made, TrialState state, int count)
{
    made.trials.at(static_cast<std::size_t>(state)) = count;
    return made;
}

Standing copied(Standing made)
{
    made.copy = true;
    return made;
}

Kind kind(Request request, const Standing& of)
{
    return permission(request, of).kind;
}

Trial trial(TrialState state, std::optional<TrialState> becomes = {})
{
    Trial made;
    made.state = state;
    if (becomes)
        made.stop = StopRequest{*becomes, {}};
    return made;
}

} // namespace

/// What the desktop and the terminal let a person ask.
class TestPermission : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatMayBeAskedOfAnExperiment_data()
    {
        QTest::addColumn<ExperimentState>("state");
        QTest::addColumn<Kind>("start");
        QTest::addColumn<Kind>("startDriven");
        QTest::addColumn<Kind>("pause");
        QTest::addColumn<Kind>("stop");
        QTest::addColumn<Kind>("addTrials");
        using enum ExperimentState;
        const Kind yes = Kind::Granted;
        const Kind already = Kind::Needless;
        const Kind no = Kind::Refused;
        //                         start     driven      pause     stop      more
        QTest::newRow("draft") << Draft << yes << already << no << no << no;
        QTest::newRow("ready") << Ready << yes << already << no << no << no;
        QTest::newRow("running") << Running << yes << already << yes << yes << no;
        QTest::newRow("paused") << Paused << yes << yes << already << yes << no;
        QTest::newRow("completed") << Completed << already << already << no << already << yes;
        QTest::newRow("stopped") << Stopped << yes << yes << no << already << yes;
        QTest::newRow("failed") << Failed << yes << yes << no << already << yes;
    }
    void whatMayBeAskedOfAnExperiment()
    {
        QFETCH(const ExperimentState, state);
        QTEST(kind(Request::Start, standing(state)), "start");
        QTEST(kind(Request::Start, standing(state, true)), "startDriven");
        QTEST(kind(Request::Pause, standing(state)), "pause");
        QTEST(kind(Request::Stop, standing(state)), "stop");
        QTEST(kind(Request::AddTrials, standing(state)), "addTrials");
        QCOMPARE(kind(Request::RetryFailed, standing(state)), Kind::Needless);
        QCOMPARE(kind(Request::RetryFailed, with(standing(state), TrialState::Failed, 1)), Kind::Granted);
        for (const Request request : {Request::Start, Request::Pause, Request::Stop, Request::AddTrials}) {
            const Permission may = permission(request, standing(state));
            QCOMPARE(may.why.empty(), may.isGranted());
        }
    }

    void aStopCanBeUndoneOrMadeShortWhileCheckpointsAreWritten()
    {
        const Standing stopping = with(standing(ExperimentState::Stopped, true), TrialState::Running, 2);
        QVERIFY(stopping.isStopping());
        QCOMPARE(kind(Request::Start, stopping), Kind::Granted);
        QCOMPARE(startOf(stopping), Start::UndoStop);
        QCOMPARE(kind(Request::Stop, stopping), Kind::Granted);
        QCOMPARE(kind(Request::AddTrials, stopping), Kind::Refused);
        QVERIFY(stopEndsTrials(stopping));
        QVERIFY(!stopEndsTrials(with(standing(ExperimentState::Running), TrialState::Pending, 2)));
        QCOMPARE(startOf(standing(ExperimentState::Stopped)), Start::Resume);
        QCOMPARE(startOf(standing(ExperimentState::Failed)), Start::Resume);
        QCOMPARE(startOf(standing(ExperimentState::Draft)), Start::First);
    }

    void whatTheDriverIsTold()
    {
        const std::vector<Command> resume{{Command::Kind::Resume}};
        for (const ExperimentState state :
             {ExperimentState::Paused, ExperimentState::Stopped, ExperimentState::Failed})
            QCOMPARE(startCommands(standing(state)), resume);
        for (const ExperimentState state :
             {ExperimentState::Draft, ExperimentState::Ready, ExperimentState::Running})
            QCOMPARE(startCommands(standing(state)), std::vector<Command>());
        QCOMPARE(startCommands(copied(standing(ExperimentState::Running))), resume);
        QVERIFY(needsDriver(standing(ExperimentState::Paused)));
        QVERIFY(!needsDriver(standing(ExperimentState::Paused, true)));
        QVERIFY(!needsDriver(copied(standing(ExperimentState::Paused))));
    }

    void whatEndedGoesOnOnlyWithTrialsThatAreOpen()
    {
        const Standing complete = standing(ExperimentState::Completed);
        for (const TrialState open : {TrialState::Running, TrialState::Pending, TrialState::Paused}) {
            QCOMPARE(kind(Request::Start, with(complete, open, 1)), Kind::Granted);
            QCOMPARE(kind(Request::Stop, with(complete, open, 1)), Kind::Granted);
            QCOMPARE(kind(Request::AddTrials, with(complete, open, 1)), Kind::Refused);
        }
        QCOMPARE(kind(Request::AddTrials, copied(complete)), Kind::Refused);
    }

    void whatWasStartedCanBeChanged()
    {
        using enum ExperimentState;
        for (const ExperimentState state : {Running, Paused, Completed, Stopped, Failed})
            for (const bool driven : {false, true}) {
                QCOMPARE(kind(Request::Change, standing(state, driven)), Kind::Granted);
                QCOMPARE(kind(Request::Change, copied(standing(state, driven))), Kind::Granted);
            }
        for (const ExperimentState state : {Draft, Ready}) {
            QCOMPARE(kind(Request::Change, standing(state)), Kind::Refused);
            QCOMPARE(kind(Request::Change, standing(state, true)), Kind::Refused);
        }
    }

    void whatRunsOrIsDrivenIsNotRemoved()
    {
        const Standing ended = standing(ExperimentState::Stopped);
        QCOMPARE(kind(Request::Remove, ended), Kind::Granted);
        QCOMPARE(kind(Request::Remove, standing(ExperimentState::Running, true)), Kind::Refused);
        for (const TrialState active : {TrialState::Queued, TrialState::Running}) {
            QCOMPARE(kind(Request::Remove, with(ended, active, 1)), Kind::Refused);
            QCOMPARE(kind(Request::Remove, copied(with(ended, active, 1))), Kind::Granted);
        }
        QCOMPARE(kind(Request::Remove, with(ended, TrialState::Pending, 1)), Kind::Granted);
    }

    void whatMayBeAskedOfATrial_data()
    {
        QTest::addColumn<TrialState>("state");
        QTest::addColumn<Kind>("pause");
        QTest::addColumn<Kind>("resume");
        QTest::addColumn<Kind>("stop");
        QTest::addColumn<Kind>("retry");
        using enum TrialState;
        const Kind yes = Kind::Granted;
        const Kind already = Kind::Needless;
        const Kind no = Kind::Refused;
        for (const TrialState waiting : {Pending, Queued, Running})
            QTest::newRow(toText(waiting).data()) << waiting << yes << already << yes << no;
        QTest::newRow("paused") << Paused << already << yes << yes << no;
        for (const TrialState ended : {Completed, Stopped, Failed, Diverged, Cancelled})
            QTest::newRow(toText(ended).data()) << ended << no << no << already << yes;
    }
    void whatMayBeAskedOfATrial()
    {
        QFETCH(const TrialState, state);
        QTEST(permission(Command::Kind::PauseTrial, trial(state)).kind, "pause");
        QTEST(permission(Command::Kind::ResumeTrial, trial(state)).kind, "resume");
        QTEST(permission(Command::Kind::StopTrial, trial(state)).kind, "stop");
        QTEST(permission(Command::Kind::RetryTrial, trial(state)).kind, "retry");
    }

    void aTrialThatIsBeingPausedCanBeResumed()
    {
        const Trial pausing = trial(TrialState::Running, TrialState::Paused);
        QCOMPARE(permission(Command::Kind::ResumeTrial, pausing).kind, Kind::Granted);
        QCOMPARE(permission(Command::Kind::PauseTrial, pausing),
                 (Permission{Kind::Needless, "is being paused already"}));
    }

    void aSilentDriverIsLost()
    {
        const TimePoint beat{std::chrono::hours(1)};
        DriverInfo driver;
        driver.running = true;
        driver.heartbeat = beat;
        QVERIFY(isAlive(driver, beat + driverSilence));
        QVERIFY(!isLost(driver, beat + driverSilence));
        const TimePoint late = beat + driverSilence + std::chrono::milliseconds(1);
        QVERIFY(!isAlive(driver, late));
        QVERIFY(isLost(driver, late));
        driver.running = false;
        QVERIFY(!isAlive(driver, beat));
        QVERIFY(!isLost(driver, late));
        QVERIFY(!isAlive({}, beat));
        QVERIFY(!isLost({}, beat));
    }
};

QTEST_APPLESS_MAIN(TestPermission)
#include "tst_permission.moc"
