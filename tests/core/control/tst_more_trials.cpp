// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/more_trials.h"

#include "core/experiment/experiment_file.h"
#include "core/store/commands.h"
#include "core/store/trials.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;
using namespace widthwise::test;
using namespace std::chrono_literals;

namespace {

const std::string text = R"(name: search # a comment
objective: {metric: loss, direction: minimize, goal: 0.2} # and another
trial: {command: "true {x}"}
space:
  x: {type: float, low: 0, high: 1}
search: {algorithm: random}
budget: {trials: 3, wall_time: 1h} # spent
)";

std::vector<Trial> endedTrials(int count, double objective = 0.5)
{
    std::vector<Trial> trials;
    for (int number = 0; number < count; ++number) {
        Trial trial;
        trial.number = number;
        trial.state = TrialState::Completed;
        trial.objective = objective;
        trial.configuration.set("x", 0.25 * number); // points of a grid
        trials.push_back(trial);
    }
    return trials;
}

ExperimentRecord record(const std::string& yaml = text)
{
    ExperimentRecord made;
    made.name = "search";
    made.yaml = yaml;
    made.state = ExperimentState::Completed;
    made.started = at(0);
    return made;
}

} // namespace

class TestMoreTrials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBudgetGrowsAndAllElseStays()
    {
        std::string expected = text;
        expected.replace(expected.find("trials: 3"), 9, "trials: 7");
        QCOMPARE(withMoreTrials(record(), endedTrials(3), 4, at(1000)), expected);
    }

    /// Of a population, and of promotions to another size.
    void copiesAreNoneOfTheBudget()
    {
        std::vector<Trial> trials = endedTrials(5);
        trials[3].promotedFrom = 0;
        trials[4].promotedFrom = 1;
        QCOMPARE(parseExperiment(withMoreTrials(record(), trials, 4, at(1000))).budget.trials,
                 std::optional(7));
    }

    void aLimitThatIsReachedIsTakenOut()
    {
        const TimePoint late = at(0) + 1h;
        const Experiment experiment = parseExperiment(withMoreTrials(record(), endedTrials(3, 0.1), 4, late));
        QCOMPARE(experiment.budget.trials, std::optional(7));
        QVERIFY(!experiment.objective.goal);
        QVERIFY(!experiment.budget.wallTime);
        const Experiment other = parseExperiment(withMoreTrials(record(), endedTrials(3), 4, at(1000)));
        QCOMPARE(other.objective.goal, std::optional(0.2));
        QVERIFY(other.budget.wallTime.has_value());
    }

    void aDivergedTrialReachesNoGoal()
    {
        std::vector<Trial> trials = endedTrials(3, 0.1);
        for (Trial& trial : trials)
            trial.state = TrialState::Diverged;
        QVERIFY(parseExperiment(withMoreTrials(record(), trials, 1, at(1000))).objective.goal.has_value());
    }

    void aSearchThatIsExhaustedHasNoMore()
    {
        std::string grid = text;
        grid.replace(grid.find("{algorithm: random}"), 19, "{algorithm: grid, points: 5}");
        QCOMPARE(trialsLeft(parseExperiment(grid), endedTrials(3)), std::optional<std::int64_t>(2));
        QVERIFY(withMoreTrials(record(grid), endedTrials(3), 2, at(0)).find("trials: 5") !=
                std::string::npos);
        QVERIFY_EXCEPTION_THROWN(withMoreTrials(record(grid), endedTrials(3), 3, at(0)),
                                 std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withMoreTrials(record(grid), endedTrials(5), 1, at(0)),
                                 std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withMoreTrials(record(), endedTrials(3), 0, at(0)), std::invalid_argument);
        QVERIFY(!trialsLeft(parseExperiment(text), endedTrials(3)));
    }

    void theNextDriverGoesOn()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Experiments experiments(database);
        ExperimentRecord stored = record();
        stored.id = experiments.add(stored);
        Trials(database).save(stored.id, endedTrials(1).front());
        addTrials(database, stored.id, 2, at(5));
        QCOMPARE(parseExperiment(experiments.find(stored.id)->yaml).budget.trials, std::optional(3));
        const auto open = Commands(database).open(stored.id);
        QCOMPARE(open.size(), std::size_t(1));
        QCOMPARE(open.front().second, Command{Command::Kind::Resume});
    }

    void oneThatHasNotEndedIsRefused()
    {
        const StoreFolder folder;
        Database database(folder.file());
        ExperimentRecord running = record();
        running.state = ExperimentState::Running;
        running.id = Experiments(database).add(running);
        QVERIFY_EXCEPTION_THROWN(addTrials(database, running.id, 2, at(5)), std::invalid_argument);
        QCOMPARE(Experiments(database).find(running.id)->yaml, text);
        QVERIFY(Commands(database).open(running.id).empty());
        QVERIFY_EXCEPTION_THROWN(addTrials(database, running.id + 1, 2, at(5)), std::invalid_argument);
    }
};

QTEST_APPLESS_MAIN(TestMoreTrials)
#include "tst_more_trials.moc"
