// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;
using namespace std::chrono_literals;

class TestTrial : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statesHaveNames()
    {
        for (int i = 0; i <= int(TrialState::Cancelled); ++i)
            QVERIFY(trialStateFromText(toText(TrialState(i))) == TrialState(i));
        for (int i = 0; i <= int(ExperimentState::Failed); ++i)
            QVERIFY(experimentStateFromText(toText(ExperimentState(i))) == ExperimentState(i));
        QCOMPARE(toText(TrialState::Diverged), std::string_view("diverged"));
        QCOMPARE(toText(ExperimentState::Draft), std::string_view("draft"));
        QVERIFY_EXCEPTION_THROWN(trialStateFromText("done"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(experimentStateFromText("Running"), std::invalid_argument);
    }

    void finalStatesAreFinal()
    {
        for (const auto state :
             {TrialState::Pending, TrialState::Queued, TrialState::Running, TrialState::Paused})
            QVERIFY(!isFinal(state));
        for (const auto state : {TrialState::Completed, TrialState::Stopped, TrialState::Failed,
                                 TrialState::Diverged, TrialState::Cancelled})
            QVERIFY(isFinal(state));
        QVERIFY(!isFinal(ExperimentState::Paused));
        QVERIFY(isFinal(ExperimentState::Completed));
        QVERIFY(isFinal(ExperimentState::Failed));
    }

    void durationAddsUpOverAttempts()
    {
        const TimePoint start{1000s};
        Trial trial;
        QCOMPARE(duration(trial, start).count(), 0.0);
        trial.secondsBefore = 10;
        QCOMPARE(duration(trial, start).count(), 10.0);
        trial.started = start;
        QCOMPARE(duration(trial, start + 1500ms).count(), 11.5);
        trial.finished = start + 4s;
        QCOMPARE(duration(trial, start + 1h).count(), 14.0);
        trial.finished = start - 1s; // the clock was set back
        QCOMPARE(duration(trial, start).count(), 10.0);
    }

    void betterMindsTheDirection()
    {
        Objective objective;
        QVERIFY(isBetter(objective, 1, 2) && !isBetter(objective, 2, 1) && !isBetter(objective, 1, 1));
        objective.direction = Direction::Maximize;
        QVERIFY(isBetter(objective, 2, 1) && !isBetter(objective, 1, 2) && !isBetter(objective, 1, 1));
    }
};

QTEST_GUILESS_MAIN(TestTrial)
#include "tst_trial.moc"
