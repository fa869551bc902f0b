// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/final_values.h"
#include "core/schedule/rank_correlation.h"
#include "core/schedule/ranked_values.h"
#include "core/schedule/scheduler.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>

using namespace widthwise;

namespace {

/// A history in which trials report and pause as a scheduler says, each with a value that it has at every
/// step.
class Field {
public:
    Field(const SchedulerSettings& settings, const SchedulingTask& task)
        : m_scheduler(makeScheduler(settings, task))
    {
    }

    Due next(bool mayStart = true) { return m_scheduler->next(history, mayStart); }
    /// Starts what is due; the number of the new trial.
    std::size_t start()
    {
        const auto due = std::get<StartTrial>(next());
        history.push_back({.bracket = due.bracket, .rung = due.rung});
        return history.size() - 1;
    }
    /// Runs the trial to the step where it pauses, or through all steps.
    Judgement run(std::size_t trial, double value)
    {
        for (const std::int64_t step : m_scheduler->plan().steps) {
            const auto& reports = history[trial].reports;
            if (!reports.empty() && reports.back().step >= step)
                continue;
            const Judgement judgement = report(trial, step, value);
            if (judgement.decision != Decision::Continue) {
                history.change(trial).state = judgement.decision == Decision::Pause ? PastTrial::State::Paused
                                                                                    : PastTrial::State::Ended;
                return judgement;
            }
        }
        end(trial, value);
        return {};
    }
    Judgement report(std::size_t trial, std::int64_t step, double value)
    {
        PastTrial& past = history.change(trial);
        past.reports.push_back({step, value});
        past.value = value;
        return m_scheduler->judge(history, trial);
    }
    void end(std::size_t trial, double value)
    {
        PastTrial& past = history.change(trial);
        past.value = value;
        past.state = PastTrial::State::Ended;
    }
    /// The trial that is promoted, and goes on to that rung.
    std::size_t promote(bool mayStart = true)
    {
        const auto due = std::get<PromoteTrial>(next(mayStart));
        PastTrial& past = history.change(due.trial);
        past.state = PastTrial::State::Waiting;
        past.rung = due.rung;
        return due.trial;
    }
    std::string notice() { return m_scheduler->notice(history); }

    History history;

private:
    std::unique_ptr<Scheduler> m_scheduler;
};

SchedulerSettings settingsOf(const std::string& type, double runOn = 0)
{
    return {type, {{"eta", 3}, {"run_on", runOn}}};
}

SchedulingTask task(std::optional<int> trials = {})
{
    return {.plan = rungsOfOneRun(1, 9, 3), .trials = trials};
}

} // namespace

class TestRungs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rungsOfARun()
    {
        QCOMPARE(rungsOfOneRun(1, 81, 3).steps, (std::vector<std::int64_t>{1, 3, 9, 27}));
        QCOMPARE(rungsOfOneRun(1, 81, 3).rungs, 5);
        QCOMPARE(rungsOfOneRun(100, 1000, 3).steps, (std::vector<std::int64_t>{100, 300}));
        QCOMPARE(rungsOfOneRun(333, 3000, 3).steps, (std::vector<std::int64_t>{333, 999})); // none at 2997
        QCOMPARE(rungsOfOneRun(9, 25, 3).steps, (std::vector<std::int64_t>{9}));
        QCOMPARE(rungsOfOneRun(1, 4, 1.2).steps, (std::vector<std::int64_t>{1, 2, 3}));
        QCOMPARE(rungsOfOneRun(9, 9, 3).rungs, 1);
        QCOMPARE(rungsOfOneRun(0, 9, 3).rungs, 1);
    }

    /// Li et al. (2018), table 1.
    void bracketsOfHyperband()
    {
        const std::vector<Bracket> expected{{81, 0}, {34, 1}, {15, 2}, {8, 3}, {5, 4}};
        QCOMPARE(hyperbandBrackets(5, 3), expected);
        const std::vector<std::pair<int, std::vector<int>>> kept{
            {81, {27, 9, 3, 1}}, {34, {11, 3, 1}}, {15, {5, 1}}, {8, {2}}};
        for (const auto& [trials, counts] : kept) {
            int left = trials;
            for (const int count : counts)
                QCOMPARE(left = goOn(left, 3), count);
        }
    }

    void rankedValuesAreASortedList()
    {
        std::mt19937 random(5);
        RankedValues ranked;
        std::vector<RankedValues::Entry> sorted;
        for (std::size_t i = 0; i < 6000; ++i) {
            if (!sorted.empty() && random() % 3 == 0) {
                const auto place = random() % sorted.size();
                ranked.remove(sorted[place]);
                sorted.erase(sorted.begin() + std::ptrdiff_t(place));
            } else {
                const RankedValues::Entry entry{double(random() % 500), i};
                QCOMPARE(ranked.rank(entry),
                         std::size_t(std::ranges::lower_bound(sorted, entry) - sorted.begin()));
                ranked.insert(entry);
                sorted.insert(std::ranges::lower_bound(sorted, entry), entry);
            }
            QCOMPARE(ranked.size(), sorted.size());
            if (!sorted.empty()) {
                const auto place = random() % sorted.size();
                QCOMPARE(ranked.at(place), sorted[place]);
                QCOMPARE(ranked.rank(sorted[place]), place);
            }
        }
    }

    void rankCorrelations()
    {
        const std::vector<double> a{1, 2, 3, 4, 5}, same{2, 4, 8, 16, 32}, turned{5, 4, 3, 2, 1},
            flat(5, 1.0);
        QCOMPARE(rankCorrelation(a, same), 1.0);
        QCOMPARE(rankCorrelation(a, turned), -1.0);
        QCOMPARE(rankCorrelation(a, flat), 0.0);
        // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 4])
        QVERIFY(std::abs(rankCorrelation(std::vector<double>{1, 2, 2, 4}, std::vector<double>{1, 3, 2, 4}) -
                         0.9486832980505139) < 1e-12);
    }

    void ashaPromotesTheBestThird()
    {
        Field field(settingsOf("asha"), task());
        for (const double value : {.5, .3})
            QCOMPARE(field.run(field.start(), value).decision, Decision::Pause);
        QVERIFY(std::holds_alternative<StartTrial>(field.next())); // two of a rung have no best third
        QVERIFY(!field.run(field.start(), .4).reason.empty());
        QCOMPARE(field.promote(), std::size_t{1});
        QCOMPARE(field.history[1].rung, 1);
        QVERIFY(std::holds_alternative<StartTrial>(field.next()));
        field.run(1, .3);
        // Where nothing new may start, the best of each rung goes on to the end.
        QCOMPARE(field.promote(false), std::size_t{1});
        field.run(1, .3);
        QVERIFY(std::holds_alternative<NothingDue>(field.next(false)));
    }

    /// A promotion is wrong where better ones come later: they are promoted all the same.
    void ashaPromotesLateComers()
    {
        Field field(settingsOf("asha"), task());
        for (const double value : {.5, .4, .6})
            field.run(field.start(), value);
        QCOMPARE(field.promote(), std::size_t{1});
        for (int i = 0; i < 3; ++i)
            field.start();
        for (const std::size_t trial : {3U, 4U, 5U})
            field.run(trial, .6 - double(trial) / 10);
        QCOMPARE(field.promote(), std::size_t{5});
        QCOMPARE(field.promote(), std::size_t{4});
        QVERIFY(std::holds_alternative<StartTrial>(field.next()));
    }

    /// Of the values 1 and 2 and its own, the quantile 1/3 lies at 2/3 of the way from the first to the
    /// second.
    void ashaStops_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("stops");
        QTest::newRow("the best") << .5 << false;
        QTest::newRow("at the quantile") << 1.0 << false;
        QTest::newRow("in the middle") << 1.9 << true;
        QTest::newRow("the worst") << 3.0 << true;
    }
    void ashaStops()
    {
        QFETCH(double, value);
        QFETCH(bool, stops);
        Field field(settingsOf("asha-stopping"), task());
        for (const double other : {1.0, 2.0})
            field.report(field.start(), 1, other);
        const Judgement judgement = field.report(field.start(), 1, value);
        QCOMPARE(judgement.decision == Decision::Stop, stops);
        QCOMPARE(!judgement.reason.empty(), stops);
        if (stops)
            QVERIFY2(judgement.reason.ends_with("and the best 1/3 go on"), judgement.reason.c_str());
    }

    void halvingWaitsForTheWholeRung()
    {
        Field field(settingsOf("halving"), task(9));
        for (int i = 0; i < 9; ++i)
            field.start();
        for (std::size_t trial = 0; trial < 8; ++trial)
            field.run(trial, 1.0 - double(trial) / 10);
        QVERIFY(std::holds_alternative<NothingDue>(field.next(false)));
        field.history.change(8).state = PastTrial::State::Failed;
        QCOMPARE(field.promote(false), std::size_t{7});
        QCOMPARE(field.promote(false), std::size_t{6});
        QCOMPARE(field.promote(false), std::size_t{5});
        QVERIFY(std::holds_alternative<NothingDue>(field.next(false)));
        for (const std::size_t trial : {7U, 6U, 5U})
            field.run(trial, 1.0 - double(trial) / 10);
        QCOMPARE(field.promote(false), std::size_t{7});
        field.run(7, .3);
        QVERIFY(std::holds_alternative<NothingDue>(field.next(false)));
    }

    /// While a bracket waits, the next one starts; its trials begin one rung higher.
    void hyperbandGoesOnToTheNextBracket()
    {
        Field field(settingsOf("hyperband"), task());
        for (int i = 0; i < 9; ++i)
            QCOMPARE(field.history[field.start()].bracket, 0);
        const PastTrial& next = field.history[field.start()];
        QCOMPARE(next.bracket, 1);
        QCOMPARE(next.rung, 1);
        for (std::size_t trial = 0; trial < 9; ++trial)
            field.run(trial, double(trial));
        QCOMPARE(field.promote(), std::size_t{0});
    }

    /// The order at the rungs is that of the end turned round.
    void aRungThatMisleadsDecidesNothing()
    {
        Field field(settingsOf("asha", 1), task());
        for (int i = 0; i < 6; ++i) {
            const std::size_t trial = field.start();
            QCOMPARE(field.history[trial].rung, 2);
            for (const std::int64_t step : {1, 3})
                QCOMPARE(field.report(trial, step, 10.0 + i).decision, Decision::Continue);
            field.end(trial, 5.0 - i);
        }
        QVERIFY(field.notice().find("rank correlation") != std::string::npos);
        const std::size_t poor = field.history.size();
        field.history.push_back({.rung = 0});
        field.run(poor, 99);
        QCOMPARE(field.promote(), poor);
    }

    /// Sizes of a model: a promotion is a trial of its own.
    void rungsMayBeTrials()
    {
        Field field(settingsOf("asha"), {.plan = {.rungs = 3}});
        for (const double value : {.5, .3, .4})
            field.end(field.start(), value);
        const auto due = std::get<PromoteTrial>(field.next());
        QCOMPARE(due.trial, std::size_t{1});
        QCOMPARE(due.rung, 1);
        field.history.push_back({.rung = 1, .parent = 1});
        QVERIFY(std::holds_alternative<StartTrial>(field.next()));
        field.end(3, .2);
        QCOMPARE(std::get<PromoteTrial>(field.next(false)).trial, std::size_t{3});
    }

    /// Of the trials that went on, each lost 0.2 to the first rung and halved the rest to the end.
    void earlyValuesAreCarriedToTheEnd()
    {
        FinalValues values(rungsOfOneRun(1, 9, 3), Direction::Minimize, ObjectiveValue::Best);
        History history;
        const auto add = [&](std::vector<double> curve, PastTrial::State state) {
            PastTrial past{.state = state, .value = curve.back(), .rung = int(curve.size()) - 1};
            for (std::size_t i = 0; i < curve.size(); ++i)
                past.reports.push_back({std::int64_t(std::pow(3, double(i))), curve[i]});
            history.push_back(past);
        };
        for (const double first : {1.0, 1.2, 1.4, 1.6, 1.8})
            add({first, first - .2, (first - .2) / 2}, PastTrial::State::Ended);
        add({2.0}, PastTrial::State::Paused);
        add({3.0, 2.8}, PastTrial::State::Ended); // stopped at the second rung
        add({2.0}, PastTrial::State::Waiting);
        const History& seen = values.of(history);
        QCOMPARE(*seen[0].value, 0.4);
        QVERIFY(seen[5].state == PastTrial::State::Ended);
        QVERIFY(std::abs(*seen[5].value - 0.9) < 1e-9);
        QVERIFY(std::abs(*seen[6].value - 1.4) < 1e-9);
        QVERIFY(seen[7].state == PastTrial::State::Waiting);
        FinalValues fresh(rungsOfOneRun(1, 9, 3), Direction::Minimize, ObjectiveValue::Best);
        history.change(7).state = PastTrial::State::Paused;
        QVERIFY(std::ranges::equal(values.of(history), fresh.of(history)));
    }

    /// Where rungs are sizes, a trial that was promoted is known by the larger one.
    void smallSizesAreCarriedToTheLargest()
    {
        FinalValues values({.rungs = 2}, Direction::Maximize, ObjectiveValue::Best);
        History history;
        for (int i = 0; i < 3; ++i)
            history.push_back({.state = PastTrial::State::Ended, .value = 0.5 + i});
        history.push_back({.state = PastTrial::State::Ended, .value = 3.0, .rung = 1, .parent = 2});
        const History& seen = values.of(history);
        QVERIFY(seen[2].state == PastTrial::State::Void);
        QCOMPARE(*seen[0].value, 1.0);
        QCOMPARE(*seen[3].value, 3.0);
    }

    void aTrialOfTheNextSizeSaysWhoseValueWasGood()
    {
        Field field(settingsOf("asha"), {.plan = {.rungs = 3}});
        for (const double value : {.3, .2, .25})
            field.end(field.start(), value);
        QCOMPARE(std::get<PromoteTrial>(field.next()).reason,
                 std::string("goes on from trial 1 at rung 0: its 0.2 is number 1 of 3 there"));
    }

    /// Trials whose runs have other lengths are no measure.
    void comparesWithinOneLength()
    {
        Field field(settingsOf("asha-stopping"), task());
        for (const double length : {100., 100., 200.}) {
            const std::size_t trial = field.start();
            field.history.change(trial).length = length;
            const bool isLast = length == 200;
            QCOMPARE(field.report(trial, 1, isLast ? 9. : 1.).decision, Decision::Continue);
        }
    }
};

QTEST_APPLESS_MAIN(TestRungs)
#include "tst_rungs.moc"
