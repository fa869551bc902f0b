// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/progress.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1'000'000s};

Trial trial(int number, TrialState state, Seconds began, Seconds took)
{
    Trial made;
    made.number = number;
    made.state = state;
    made.created = start;
    if (state != TrialState::Pending) {
        made.started = start + std::chrono::round<std::chrono::milliseconds>(began);
        if (isFinal(state))
            made.finished = *made.started + std::chrono::round<std::chrono::milliseconds>(took);
    }
    return made;
}

Experiment experiment(int trials, int parallel)
{
    Experiment made;
    made.budget.trials = trials;
    made.resources.parallel = parallel;
    return made;
}

} // namespace

class TestProgress : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSmallerOfGridAndBudgetIsPlanned()
    {
        Experiment made;
        made.space = SearchSpace(
            {Parameter{"a", FloatRange{}, {}, {}}, Parameter{"b", Choices{{true, false}}, {}, {}}});
        QVERIFY(!plannedTrials(made));
        made.search = {"grid", {{"points", 5}}};
        QCOMPARE(plannedTrials(made), std::optional<std::int64_t>(10));
        made.budget.trials = 7;
        QCOMPARE(plannedTrials(made), std::optional<std::int64_t>(7));
        made.budget.trials = 70;
        QCOMPARE(plannedTrials(made), std::optional<std::int64_t>(10));
    }

    /// Copies and promotions come beside what was planned, and more may as long as it runs.
    void copiesAndPromotionsAreExpectedBeside()
    {
        Experiment made = experiment(6, 2);
        std::vector<Trial> trials;
        for (int number = 0; number < 8; ++number)
            trials.push_back(trial(number, TrialState::Completed, 0s, 1s));
        const auto text = [&](ExperimentState state) {
            return toText(8, expectedTrials(made, state, trials));
        };
        QCOMPARE(text(ExperimentState::Running), std::string("8/8")); // 6 was lowered meanwhile
        trials[6].promotedFrom = 1;
        trials[7].promotedFrom = 2;
        made.schedule.type = "pbt";
        QCOMPARE(text(ExperimentState::Running), std::string("8/8+"));
        QCOMPARE(text(ExperimentState::Completed), std::string("8/8"));
        made.schedule.type = "asha";
        made.fidelity = Fidelity{"width", {32, 64}};
        made.budget.trials = 9;
        QCOMPARE(text(ExperimentState::Running), std::string("8/11+"));
        made.budget.trials.reset();
        QCOMPARE(text(ExperimentState::Running), std::string("8"));
        QVERIFY(remainingTime(experiment(6, 2), trials, start + 5s) == Seconds(0s));
    }

    /// What ran of a grid before it was changed counts, too.
    void aChangedGridIsExpectedBesideWhatRan()
    {
        Experiment made;
        made.search = {"grid", {{"points", 3}}};
        made.space = SearchSpace({Parameter{"x", FloatRange{0, 1, Scale::Linear, {}}, {}, {}}});
        std::vector<Trial> trials;
        for (const double x : {0.0, 0.5, 1.0}) {
            trials.push_back(trial(int(trials.size()), TrialState::Completed, 0s, 1s));
            trials.back().configuration.set("x", x);
        }
        const auto expected = [&] { return expectedTrials(made, ExperimentState::Running, trials); };
        QCOMPARE(expected(), std::optional(ExpectedTrials{3}));
        made.space = SearchSpace({Parameter{"x", FloatRange{0, 2, Scale::Linear, {}}, {}, {}}});
        QCOMPARE(expected(), std::optional(ExpectedTrials{4})); // 0 and 1 are of both
        made.budget.trials = 3;
        QCOMPARE(expected(), std::optional(ExpectedTrials{3}));
        made.budget.trials = 2;
        QCOMPARE(expected(), std::optional(ExpectedTrials{3}));
    }

    void aListIsPlannedToItsEnd()
    {
        Experiment made;
        made.search = {"list", {}, {Configuration(), Configuration(), Configuration()}};
        QCOMPARE(plannedTrials(made), std::optional<std::int64_t>(3));
    }

    void deviceHoursCountGpus()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed, 0s, 1800s),
                                        trial(1, TrialState::Running, 1800s, 0s)};
        QCOMPARE(deviceHours({}, trials, start + 3600s), 1.0);
        Resources resources;
        resources.gpus = 4;
        QCOMPARE(deviceHours(resources, trials, start + 3600s), 4.0);
        resources.nodes = 2;
        QCOMPARE(deviceHours(resources, trials, start + 3600s), 8.0);
        resources.gpus = 0;
        QCOMPARE(deviceHours(resources, trials, start + 3600s), 2.0);
    }

    void nothingIsKnownBeforeTheFirstCompleted()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Failed, 0s, 1s),
                                        trial(1, TrialState::Running, 0s, 0s)};
        QVERIFY(!remainingTime(experiment(10, 1), trials, start + 5s));
        QVERIFY(!remainingTime(experiment(10, 1), {}, start));
    }

    void trialsToComeTakeTheMean()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed, 0s, 80s),
                                        trial(1, TrialState::Completed, 0s, 120s)};
        QCOMPARE(remainingTime(experiment(10, 1), trials, start + 120s), std::optional<Seconds>(800s));
        QCOMPARE(remainingTime(experiment(10, 4), trials, start + 120s), std::optional<Seconds>(200s));
        QCOMPARE(remainingTime(experiment(2, 4), trials, start + 120s), std::optional<Seconds>(0s));
    }

    void nothingIsKnownWhereAPersonHasToGoOn()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed, 0s, 80s),
                                  trial(1, TrialState::Paused, 0s, 10s),
                                  trial(2, TrialState::Paused, 0s, 10s)};
        trials[1].agent = Agent::Person;
        trials[2].agent = Agent::Scheduler;
        QCOMPARE(heldUpBy(trials), std::vector<int>{1});
        QVERIFY(!remainingTime(experiment(3, 1), trials, start + 100s));
        trials.push_back(trial(3, TrialState::Queued, 0s, 0s));
        QVERIFY(heldUpBy(trials).empty());
        QVERIFY(remainingTime(experiment(4, 1), trials, start + 100s));
    }

    void whatRunsHasDonePartOfIt()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed, 0s, 100s),
                                  trial(1, TrialState::Running, 100s, 0s)};
        QCOMPARE(remainingTime(experiment(3, 1), trials, start + 160s), std::optional<Seconds>(140s));
        // Two slots for the last 40 s of one trial: one of them helps nobody.
        QCOMPARE(remainingTime(experiment(2, 2), trials, start + 160s), std::optional<Seconds>(40s));
        // A trial that takes longer than the mean is expected to end at any time.
        QCOMPARE(remainingTime(experiment(2, 1), trials, start + 500s), std::optional<Seconds>(0s));
    }

    void theBudgetOfWallTimeEndsIt()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed, 0s, 100s)};
        Experiment made = experiment(100, 1);
        made.budget.wallTime = 130s;
        QCOMPARE(remainingTime(made, trials, start + 100s), std::optional<Seconds>(30s));
        QCOMPARE(remainingTime(made, trials, start + 200s), std::optional<Seconds>(0s));
    }
};

QTEST_GUILESS_MAIN(TestProgress)
#include "tst_progress.moc"
