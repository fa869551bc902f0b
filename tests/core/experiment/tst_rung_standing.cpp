// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rung_standing.h"

#include <QTest>

using namespace widthwise;

namespace {

const RungPlan steps{{10, 30}, 3};
const RungPlan sizes{{}, 2};

Trial trialAt(TrialState state, int rung, std::optional<std::int64_t> lastStep, int bracket = 0)
{
    Trial trial;
    trial.state = state;
    trial.rung = rung;
    trial.lastStep = lastStep;
    trial.bracket = bracket;
    return trial;
}

std::vector<int> counts(const BracketStanding& bracket, TrialState state)
{
    std::vector<int> counts;
    for (const RungStanding& rung : bracket.rungs)
        counts.push_back(rung.counts.at(static_cast<std::size_t>(state)));
    return counts;
}

std::vector<int> wentOn(const BracketStanding& bracket)
{
    std::vector<int> counts;
    for (const RungStanding& rung : bracket.rungs)
        counts.push_back(rung.wentOn);
    return counts;
}

} // namespace

class TestRungStanding : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRungOfATrial_data()
    {
        QTest::addColumn<TrialState>("state");
        QTest::addColumn<int>("rung");
        QTest::addColumn<int>("lastStep");
        QTest::addColumn<int>("stands");
        const auto row = [](const char* name, TrialState state, int rung, int lastStep, int stands) {
            QTest::newRow(name) << state << rung << lastStep << stands;
        };
        row("not begun", TrialState::Queued, 0, -1, 0);
        row("on its way", TrialState::Running, 0, 9, 0);
        row("at its rung", TrialState::Paused, 0, 10, 0);
        row("promoted", TrialState::Running, 1, 20, 1);
        row("runs to its end", TrialState::Running, 2, 4, 2);
        row("stopped at the first", TrialState::Stopped, 2, 10, 0);
        row("stopped at the second", TrialState::Stopped, 2, 31, 1);
        row("stopped before any", TrialState::Stopped, 2, 5, 0);
        row("completed", TrialState::Completed, 2, 90, 2);
        row("diverged", TrialState::Diverged, 1, 12, 1);
    }
    void theRungOfATrial()
    {
        QFETCH(TrialState, state);
        QFETCH(int, rung);
        QFETCH(int, lastStep);
        QFETCH(int, stands);
        Trial trial =
            trialAt(state, rung, lastStep < 0 ? std::nullopt : std::optional<std::int64_t>(lastStep));
        trial.agent = Agent::Scheduler;
        QCOMPARE(rungOf(trial, steps), stands);
    }

    /// Its rung is where it would have gone.
    void whatAPersonStopsOrTheEndOfTheSearch()
    {
        Trial trial = trialAt(TrialState::Stopped, 2, 10);
        for (const Agent agent : {Agent::Person, Agent::Experiment}) {
            trial.agent = agent;
            QCOMPARE(rungOf(trial, steps), 2);
        }
    }

    void whoStandsWhere()
    {
        std::vector<Trial> trials{
            trialAt(TrialState::Paused, 0, 10),    trialAt(TrialState::Running, 1, 15),
            trialAt(TrialState::Completed, 2, 90), trialAt(TrialState::Running, 0, 3),
            trialAt(TrialState::Failed, 0, 2),     trialAt(TrialState::Completed, 2, 90, 2),
            trialAt(TrialState::Paused, 1, 30, 2)};
        const std::vector<BracketStanding> brackets = bracketStandings(steps, trials);
        QCOMPARE(brackets.size(), std::size_t(2));
        QCOMPARE(brackets[0].lowest, 0);
        QCOMPARE(counts(brackets[0], TrialState::Paused), (std::vector<int>{1, 0, 0}));
        QCOMPARE(counts(brackets[0], TrialState::Running), (std::vector<int>{1, 1, 0}));
        QCOMPARE(counts(brackets[0], TrialState::Completed), (std::vector<int>{0, 0, 1}));
        QCOMPARE(wentOn(brackets[0]), (std::vector<int>{2, 1, 0}));
        QCOMPARE(brackets[0].rungs[0].trials, (std::vector<int>{0, 3, 4}));
        QCOMPARE(brackets[1].bracket, 2);
        QCOMPARE(brackets[1].lowest, 1);
        QCOMPARE(wentOn(brackets[1]), (std::vector<int>{0, 1, 0}));
    }

    /// A promotion is a trial of its own.
    void sizesOfAModel()
    {
        std::vector<Trial> trials{trialAt(TrialState::Completed, 0, 90),
                                  trialAt(TrialState::Completed, 0, 90), trialAt(TrialState::Running, 1, 5)};
        trials[2].promotedFrom = 1;
        const std::vector<BracketStanding> brackets = bracketStandings(sizes, trials);
        QCOMPARE(counts(brackets[0], TrialState::Completed), (std::vector<int>{1, 0}));
        QCOMPARE(counts(brackets[0], TrialState::Running), (std::vector<int>{0, 1}));
        QCOMPARE(wentOn(brackets[0]), (std::vector<int>{1, 0}));
    }

    void namesOfRungs()
    {
        Experiment experiment;
        QCOMPARE(rungName(experiment, steps, 1), "step 30");
        QCOMPARE(rungName(experiment, steps, 2), "whole run");
        experiment.fidelity = Fidelity{"width", {32, 64}};
        QCOMPARE(rungName(experiment, sizes, 1), "width 64");
    }
};

QTEST_APPLESS_MAIN(TestRungStanding)
#include "tst_rung_standing.moc"
