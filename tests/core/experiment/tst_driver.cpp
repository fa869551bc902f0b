// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>
#include <limits>

using namespace widthwise;
using namespace std::chrono_literals;
using Kind = Command::Kind;

namespace {

bool mentions(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Another program that proposes x = 0.5 as often as a test lets it, and else takes its time.
class SlowProgram final : public Conversation {
public:
    explicit SlowProgram(int& answers) : m_answers(answers) {}

    void begin() override {}
    void send(const std::string& request) override { m_isInit = mentions(request, "init"); }
    std::optional<std::string> answer() override
    {
        if (m_isInit)
            return R"({"ok":true})";
        if (m_answers == 0)
            return std::nullopt;
        --m_answers;
        return R"({"ok":true,"trial":{"id":)" + std::to_string(++m_id) + R"(,"params":{"x":0.5}}})";
    }
    std::string delay() const override { return "it is slow"; }
    SearchFailure failure(const std::string& problem) const override { return SearchFailure(problem); }

private:
    int& m_answers;
    bool m_isInit = false;
    int m_id = 0;
};

} // namespace

class TestDriver : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatCannotBeDriven()
    {
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument,
                                 Driver(simulatedExperiment(0, 3), ExperimentState::Ready, {}, {}));
        Trial second;
        second.number = 1;
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument,
                                 Driver(simulatedExperiment(1, 3), ExperimentState::Ready, {second}, {}));
    }

    void keepsSoManyAtATimeAndEndsWithTheBudget()
    {
        DriverSimulation s(simulatedExperiment(2, 3));
        QCOMPARE(s.state, ExperimentState::Running);
        QCOMPARE(s.saved.size(), 2U);
        QCOMPARE(s.stateOf(0), TrialState::Queued);
        s.complete(0, 0.5);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        QCOMPARE(s.saved.size(), 3U);
        s.complete(1, 0.3);
        s.complete(2, 0.4);
        QCOMPARE(s.saved.size(), 3U);
        QCOMPARE(s.state, ExperimentState::Completed);
        QVERIFY(s.driver().finished());
        QCOMPARE(s.driver().best()->number, 1);
    }

    void savesATrialBeforeItLaunchesIt()
    {
        Driver driver(simulatedExperiment(3, 3), ExperimentState::Ready, {}, {});
        std::set<int> queued;
        for (const Action& action : driver.handle(event::Ticked{}, {})) {
            if (const auto* save = std::get_if<action::Save>(&action))
                queued.insert(save->trial.number);
            if (const auto* launch = std::get_if<action::Launch>(&action))
                QVERIFY(queued.contains(launch->trial));
        }
        QCOMPARE(queued.size(), 3U);
    }

    void endsWithAnExhaustedGrid()
    {
        Experiment experiment = simulatedExperiment(4, std::nullopt);
        experiment.search = {"grid", {{"points", 3}}};
        DriverSimulation s(experiment);
        QCOMPARE(s.saved.size(), 3U);
        for (int i = 0; i < 3; ++i)
            s.complete(i, i);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    /// Of what a search has not answered yet nothing follows, and everything else goes on.
    void aSearchThatThinksHoldsUpNothing()
    {
        Experiment experiment = simulatedExperiment(2, 4);
        experiment.search.algorithm = "external";
        int answers = 0;
        Driver driver(experiment, ExperimentState::Ready, {}, {},
                      {std::make_unique<SlowProgram>(answers), 2, 4});
        driver.handle(event::Ticked{}, {});
        QVERIFY(driver.isThinking() && !driver.finished());
        QCOMPARE(driver.state(), ExperimentState::Running);
        QCOMPARE(driver.notice(), std::string("it is slow"));
        answers = 1;
        driver.handle(event::Ticked{}, {});
        QVERIFY(driver.isThinking()); // about the second
        QCOMPARE(driver.trials().size(), 1U);
        driver.handle(event::Started{0, "cpu"}, {});
        driver.handle(event::Reported{0, 1, 0.5}, {});
        driver.handle(event::Exited{0, {}}, {});
        QCOMPARE(driver.trials()[0].state, TrialState::Completed);
        driver.handle(event::Commanded{{Kind::Pause, -1}}, {});
        QCOMPARE(driver.state(), ExperimentState::Paused);
        QVERIFY(!driver.isThinking());
        answers = 1;
        driver.handle(event::Ticked{}, {});
        QCOMPARE(driver.trials().size(), 1U);
        driver.handle(event::Commanded{{Kind::Resume, -1}}, {});
        QCOMPARE(driver.trials().size(), 2U);
        driver.handle(event::Commanded{{Kind::Stop, -1}}, {});
        QCOMPARE(driver.state(), ExperimentState::Stopped);
    }

    void countsTheBestOrTheLastValue()
    {
        Experiment experiment = simulatedExperiment(1, 1);
        experiment.objective.direction = Direction::Maximize;
        for (const ObjectiveValue which : {ObjectiveValue::Best, ObjectiveValue::Last}) {
            experiment.objective.value = which;
            DriverSimulation s(experiment);
            s.start(0);
            s.report(0, 1, 0.7);
            s.report(0, 2, 0.9);
            s.report(0, 3, 0.8);
            QCOMPARE(*s.trial(0).objective, which == ObjectiveValue::Best ? 0.9 : 0.8);
            QCOMPARE(*s.trial(0).objectiveStep, which == ObjectiveValue::Best ? 2 : 3);
            QCOMPARE(*s.trial(0).lastStep, 3);
        }
    }

    void passesOverAStepThatWasReportedBefore()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.report(0, 5, 0.5);
        s.report(0, 5, 0.1);
        s.report(0, 4, std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(*s.trial(0).objective, 0.5);
        QVERIFY(s.stopRequests.empty());
    }

    void goesOnAfterAnInterruption()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        for (int i = 1; i < 10; ++i) { // as often as it likes, as long as it gets further
            s.report(0, 100 * i, 1.0 / i);
            s.exit(0, TrialExit::Kind::Interrupted, "its node failed");
            QCOMPARE(s.stateOf(0), TrialState::Queued);
            QCOMPARE(s.trial(0).attempt, i + 1);
            QVERIFY(s.trial(0).continues);
            s.start(0);
        }
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
    }

    void givesUpWhatGetsNoFurther()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.report(0, 100, 0.5);
        for (int i = 1; i < Driver::mostFruitlessAttempts; ++i) {
            s.exit(0, TrialExit::Kind::Interrupted, "its time was up");
            QCOMPARE(s.stateOf(0), TrialState::Queued);
            s.start(0);
        }
        s.exit(0, TrialExit::Kind::Interrupted, "its time was up");
        QCOMPARE(s.stateOf(0), TrialState::Failed);
        QVERIFY(mentions(s.trial(0).reason, "its time was up"));
    }

    /// One that was stopped before it had written is not suspected of writing elsewhere.
    void saysThatAFileWasNeverThereOfWhatEndedByItself()
    {
        for (const bool stopped : {false, true}) {
            DriverSimulation s(simulatedExperiment(1, 1));
            s.start(0);
            if (stopped)
                s.command(Kind::StopTrial, 0);
            s.handle(event::Noticed{0, {{Notice::Kind::NeverThere, 1, "metrics.csv", {}, {}}}});
            s.exit(0, TrialExit::Kind::Succeeded, {});
            QCOMPARE(s.trial(0).notices.empty(), stopped);
        }
    }

    void interruptedWhileItWasAskedToStop()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.report(0, 1, 0.5);
        s.command(Kind::StopTrial, 0);
        s.exit(0, TrialExit::Kind::Interrupted, "its node failed");
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
    }

    void stopsAndKeepsATrialThatDiverges_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<std::string>("word");
        QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN() << std::string("NaN");
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << std::string("infinite");
        QTest::newRow("-infinite") << -std::numeric_limits<double>::infinity() << std::string("-infinite");
    }

    void stopsAndKeepsATrialThatDiverges()
    {
        QFETCH(double, value);
        QFETCH(std::string, word);
        DriverSimulation s(simulatedExperiment(1, 2));
        s.start(0);
        s.report(0, 1, 0.5);
        s.report(0, 2, value);
        QVERIFY(s.stopRequests.contains(0));
        QCOMPARE(s.stateOf(0), TrialState::Running);
        s.exit(0, TrialExit::Kind::Failed, "exit code 1");
        QCOMPARE(s.stateOf(0), TrialState::Diverged);
        QCOMPARE(*s.trial(0).objective, 0.5);
        QVERIFY(mentions(s.trial(0).reason, "loss became " + word + " at step 2"));
        QVERIFY(!s.driver().best());
        s.complete(1, 0.6);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.driver().best()->number, 1);
    }

    void failsATrialThatNeverReportsTheObjective()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.handle(event::Noted{0, "line 3 of metrics.jsonl was skipped"});
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Failed);
        QVERIFY(mentions(s.trial(0).reason, "\"loss\""));
        QVERIFY(mentions(s.trial(0).reason, "collector"));
        QVERIFY(mentions(s.trial(0).reason, "line 3 of metrics.jsonl"));
        QCOMPARE(s.state, ExperimentState::Failed);
        QVERIFY(mentions(s.reason, s.trial(0).reason));
    }

    void keepsANoteOnATrialThatCompletes()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.report(0, 1, 1);
        s.handle(event::Noted{0, "2 lines were skipped"});
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        QCOMPARE(s.trial(0).reason, "2 lines were skipped");
    }

    void failsWithTooManyFailedTrials()
    {
        Experiment experiment = simulatedExperiment(2, 100);
        experiment.budget.failedTrials = 2;
        DriverSimulation s(experiment);
        s.start(1);
        for (const int trial : {0, 2, 3}) {
            QCOMPARE(s.state, ExperimentState::Running);
            s.start(trial);
            s.exit(trial, TrialExit::Kind::Failed, "no such file");
        }
        QCOMPARE(s.state, ExperimentState::Failed);
        QVERIFY(mentions(s.reason, "3 trials failed, and the budget allows 2"));
        QVERIFY(mentions(s.reason, "no such file"));
        QVERIFY(s.stopRequests.contains(1));
        QVERIFY(!s.driver().finished());
        s.exit(1);
        QCOMPARE(s.stateOf(1), TrialState::Stopped);
        QVERIFY(s.driver().finished());
    }

    void failsAtOnceWhereTrialsCannotBeStarted()
    {
        DriverSimulation s(simulatedExperiment(2, 100));
        s.exit(0, TrialExit::Kind::Unstarted, "no trainer at /x");
        QCOMPARE(s.stateOf(0), TrialState::Failed);
        QCOMPARE(s.state, ExperimentState::Failed);
        QVERIFY(mentions(s.reason, "no trainer at /x"));
        s.exit(1, TrialExit::Kind::Unstarted, "no trainer at /x");
        QCOMPARE(s.stateOf(1), TrialState::Cancelled);
        QVERIFY(s.driver().finished());
        QCOMPARE(s.saved.size(), 2U);
    }

    void completesAtTheGoal()
    {
        Experiment experiment = simulatedExperiment(2, 100);
        experiment.objective.goal = 0.25;
        DriverSimulation s(experiment);
        s.start(0);
        s.start(1);
        s.report(0, 1, 0.3);
        QCOMPARE(s.state, ExperimentState::Running);
        s.report(0, 2, 0.25);
        QCOMPARE(s.state, ExperimentState::Completed);
        QVERIFY(mentions(s.reason, "trial 0 reached the goal"));
        QCOMPARE(s.stopRequests, (std::set<int>{0, 1}));
        s.exit(0);
        s.exit(1);
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QVERIFY(s.driver().finished());
    }

    void completesWhenItsTimeIsOver()
    {
        Experiment experiment = simulatedExperiment(1, 100);
        experiment.budget.wallTime = Seconds(600);
        DriverSimulation s(experiment);
        s.start(0);
        s.report(0, 1, 1);
        s.wait(599s);
        QCOMPARE(s.state, ExperimentState::Running);
        s.wait(1s);
        QCOMPARE(s.state, ExperimentState::Completed);
        QVERIFY(mentions(s.reason, "10min"));
    }

    void countsDeviceHoursOverAllAttempts()
    {
        Experiment experiment = simulatedExperiment(2, 100);
        experiment.resources.gpus = 3;
        experiment.budget.deviceHours = 6;
        DriverSimulation s(experiment);
        s.start(0);
        s.wait(30min);
        s.start(1);
        s.wait(30min); // 1 h and 0.5 h of 3 GPUs: 4.5
        s.command(Kind::PauseTrial, 0);
        s.exit(0);
        s.rebuild();
        s.wait(29min);
        QCOMPARE(s.state, ExperimentState::Running);
        s.wait(1min);
        QCOMPARE(s.state, ExperimentState::Completed);
        QVERIFY(mentions(s.reason, "device hours"));
    }

    void asksATrialToStopAtItsTimeLimitAndKillsItAfterGrace()
    {
        Experiment experiment = simulatedExperiment(1, 1);
        experiment.resources.timeLimit = Seconds(60);
        DriverSimulation s(experiment);
        s.wait(100s); // waiting for a slot does not count
        s.start(0);
        s.report(0, 1, 1);
        s.wait(59s);
        QVERIFY(s.stopRequests.empty());
        s.wait(1s);
        QVERIFY(s.stopRequests.contains(0));
        s.wait(Driver::stopGrace - 1s);
        QVERIFY(s.kills.empty());
        s.wait(1s);
        QVERIFY(s.kills.contains(0));
        s.exit(0, TrialExit::Kind::Failed, "killed");
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QVERIFY(mentions(s.trial(0).reason, "time limit of 1min"));
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void obeysTheScheduler()
    {
        Experiment experiment = simulatedExperiment(4, 4);
        experiment.schedule = {"median", {}};
        DriverSimulation s(experiment);
        for (int i = 0; i < 4; ++i)
            s.start(i);
        for (int i = 0; i < 3; ++i)
            s.report(i, 1, 0.1 * i);
        s.report(3, 1, 5);
        QVERIFY(s.stopRequests.contains(3));
        s.exit(3);
        QCOMPARE(s.stateOf(3), TrialState::Stopped);
        QVERIFY(mentions(s.trial(3).reason, "median"));
    }

    void tellsARebuiltSchedulerWhatWasReported()
    {
        Experiment experiment = simulatedExperiment(4, 4);
        experiment.schedule = {"median", {}};
        DriverSimulation s(experiment);
        for (int i = 0; i < 4; ++i)
            s.start(i);
        for (int i = 0; i < 3; ++i)
            s.report(i, 1, 0.1 * i);
        s.rebuild();
        s.report(3, 1, 5);
        QVERIFY(s.stopRequests.contains(3));
    }

    void takesOneConfigurationTwice()
    {
        Experiment experiment = simulatedExperiment(1, 2);
        experiment.space = SearchSpace({Parameter{"x", FixedValue{1.5}, {}, {}}});
        DriverSimulation s(experiment);
        s.complete(0, 1);
        s.complete(1, 1);
        QCOMPARE(s.trial(0).configuration, s.trial(1).configuration);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.driver().best()->number, 0);
    }

    void passesOverEventsThatComeTooLate()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.complete(0, 1);
        const std::map<int, Trial> before = s.saved;
        s.start(0);
        s.report(0, 9, 0);
        s.exit(0, TrialExit::Kind::Failed, "late");
        s.exit(17);
        s.command(Kind::StopTrial, 99);
        QCOMPARE(s.saved, before);
    }
};

QTEST_APPLESS_MAIN(TestDriver)
#include "tst_driver.moc"
