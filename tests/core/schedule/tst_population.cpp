// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedulers.h"
#include "core/search/explore.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace widthwise;

namespace {

SchedulerSettings settings(int population = 5)
{
    return {"pbt", {{"min_steps", 10}, {"population", double(population)}, {"truncation", 0.2}}};
}

SchedulingTask task()
{
    return {.plan = evenRungs(10, 40)};
}

/// Trials that were compared at the rungs up to `rung`, one for each value there.
History populationAt(int rung, const std::vector<double>& values)
{
    History history;
    for (const double value : values) {
        PastTrial trial{.state = PastTrial::State::Paused, .value = value, .rung = rung};
        for (int i = 0; i <= rung; ++i)
            trial.reports.push_back({10 * (i + 1), value});
        history.push_back(trial);
    }
    return history;
}

Due nextOf(const History& history, bool mayStart = false, Direction direction = Direction::Minimize)
{
    SchedulingTask scheduled = task();
    scheduled.direction = direction;
    return makeScheduler(settings(), scheduled)->next(history, mayStart);
}

/// What populations live through: things that are due are done, trials report, fail, are lost, held and
/// retried.
class Life {
public:
    explicit Life(unsigned seed) : m_random(seed) {}

    History history;

    void act(const Due& due)
    {
        if (const auto* start = std::get_if<StartTrial>(&due)) {
            history.push_back({.bracket = start->bracket, .rung = start->rung});
        } else if (const auto* promotion = std::get_if<PromoteTrial>(&due)) {
            history.change(promotion->trial).rung = promotion->rung;
            history.change(promotion->trial).state = PastTrial::State::Waiting;
        } else if (const auto* copy = std::get_if<CopyTrial>(&due)) {
            if (copy->replaced)
                history.change(*copy->replaced).state = PastTrial::State::Ended;
            history.push_back(
                {.bracket = history[copy->trial].bracket, .rung = copy->rung, .parent = copy->trial});
        }
    }
    void happen()
    {
        if (history.empty())
            return;
        PastTrial& trial = history.change(m_random() % history.size());
        switch (trial.state) {
        case PastTrial::State::Waiting:
            return run(trial);
        case PastTrial::State::Paused:
            trial.state = m_random() % 8 == 0 ? PastTrial::State::Held : PastTrial::State::Paused;
            return;
        case PastTrial::State::Held:
            trial.state = PastTrial::State::Paused;
            return;
        case PastTrial::State::Ended:
            return;
        case PastTrial::State::Failed:
        case PastTrial::State::Void:
            return retry(trial);
        }
    }

private:
    void run(PastTrial& trial)
    {
        if (m_random() % 40 == 0) {
            trial.state = m_random() % 3 == 0 ? PastTrial::State::Void : PastTrial::State::Failed;
            return;
        }
        const std::int64_t begun = trial.parent ? 10 * trial.rung : 0;
        const std::int64_t last = trial.reports.empty() ? begun : trial.reports.back().step;
        const auto value = static_cast<double>(m_random() % 30);
        trial.reports.push_back({last + 1 + static_cast<std::int64_t>(m_random() % 9), value});
        trial.value = value;
        const auto until = task().plan.untilStep(trial.rung);
        if (trial.reports.back().step >= until.value_or(40))
            trial.state = until ? PastTrial::State::Paused : PastTrial::State::Ended;
    }
    void retry(PastTrial& trial)
    {
        trial.state = PastTrial::State::Waiting;
        if (m_random() % 2 == 0)
            return;
        trial.reports.clear();
        trial.value.reset();
        ++trial.generation;
    }

    std::mt19937 m_random;
};

} // namespace

class TestPopulation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rungsAreEven()
    {
        QCOMPARE(evenRungs(10, 40).steps, (std::vector<std::int64_t>{10, 20, 30}));
        QCOMPARE(evenRungs(10, 41).steps, (std::vector<std::int64_t>{10, 20, 30, 40}));
        QCOMPARE(evenRungs(10, 10).rungs, 1);
        QCOMPARE(evenRungs(0, 10).rungs, 1);
        QCOMPARE(evenRungs(1, 10'000).rungs, 10'000);
        QCOMPARE(evenRungs(1, 10'001).rungs, 1);
        QCOMPARE(evenRungs(INT64_MAX / 2, INT64_MAX).steps,
                 (std::vector<std::int64_t>{INT64_MAX / 2, INT64_MAX - 1}));
    }

    void aPopulationIsFilledFirst()
    {
        History history = populationAt(0, {.1, .2, .3, .4});
        QCOMPARE(nextOf(history, true), Due(StartTrial{}));
        history.push_back({});
        QCOMPARE(std::get<PromoteTrial>(nextOf(history, true)).trial, std::size_t{0});
        History over = populationAt(3, {.1, .2, .3, .4, .5});
        for (std::size_t trial = 0; trial < over.size(); ++trial)
            over.change(trial).state = PastTrial::State::Ended;
        QCOMPARE(nextOf(over, true), Due(StartTrial{1, 0}));
        QCOMPARE(nextOf(over), Due(NothingDue{}));
    }

    /// Of five the worst ends, and a copy of the best takes its place; the others go on.
    void theWorstGivesItsPlaceToACopyOfTheBest_data()
    {
        QTest::addColumn<bool>("maximize");
        QTest::newRow("minimize") << false;
        QTest::newRow("maximize") << true;
    }
    void theWorstGivesItsPlaceToACopyOfTheBest()
    {
        QFETCH(bool, maximize);
        const auto direction = maximize ? Direction::Maximize : Direction::Minimize;
        History history = populationAt(1, {.3, .2, .5, .4, .1});
        const std::size_t worst = maximize ? 4 : 2, best = maximize ? 2 : 4;
        std::set<std::size_t> promoted;
        std::optional<CopyTrial> copied;
        for (int i = 0; i < 5; ++i) {
            const Due due = nextOf(history, false, direction);
            if (const auto* promotion = std::get_if<PromoteTrial>(&due)) {
                QCOMPARE(promotion->rung, 2);
                history.change(promotion->trial).state = PastTrial::State::Waiting;
                history.change(promotion->trial).rung = 2;
                promoted.insert(promotion->trial);
                continue;
            }
            copied = std::get<CopyTrial>(due);
            history.change(*copied->replaced).state = PastTrial::State::Ended;
            history.push_back({.rung = copied->rung, .parent = copied->trial});
        }
        QCOMPARE(promoted.size(), std::size_t{4});
        QVERIFY(copied);
        QCOMPARE(copied->trial, best);
        QCOMPARE(*copied->replaced, worst);
        QCOMPARE(copied->rung, 2);
        QVERIFY2(copied->reason.find("is number 5 of 5 at step 20") != std::string::npos,
                 copied->reason.c_str());
        QCOMPARE(nextOf(history, false, direction), Due(NothingDue{}));
    }

    /// Its reports begin after the step of the copy: it is none of those compared before.
    void aCopyIsComparedFromItsOwnStepsOn()
    {
        History history = populationAt(1, {.3, .2, .25, .4, .1});
        PastTrial copy{.state = PastTrial::State::Paused, .value = 9, .rung = 1, .parent = 4};
        copy.reports = {{15, 9.5}, {20, 9}};
        history.push_back(copy);
        const auto due = std::get<PromoteTrial>(nextOf(history));
        QCOMPARE(due.trial, std::size_t{0});
        QVERIFY(due.reason.find("number 4 of 6 at step 20") != std::string::npos);
        History lower = populationAt(0, {.3, .2, .25, .4, .1});
        lower.push_back(copy);
        QVERIFY(std::get<PromoteTrial>(nextOf(lower)).reason.find("of 5 at step 10") != std::string::npos);
    }

    void whatFailsIsReplaced()
    {
        History history = populationAt(1, {.3, .2, .25, .4, .1});
        history.change(3).state = PastTrial::State::Failed;
        history.change(3).rung = 2;
        const auto due = std::get<CopyTrial>(nextOf(history));
        QCOMPARE(due.rung, 2);
        QCOMPARE(due.trial, std::size_t{4});
        QVERIFY(!due.replaced);
        history.push_back({.state = PastTrial::State::Failed, .rung = 2, .parent = 4});
        // A copy that fails at once is not followed by another.
        QVERIFY(std::holds_alternative<PromoteTrial>(nextOf(history)));
        History begun;
        for (int i = 0; i < 5; ++i)
            begun.push_back({.state = PastTrial::State::Failed});
        QCOMPARE(nextOf(begun, true), Due(StartTrial{}));
    }

    /// Also where its program begins at step 1, as it does not know whence it is to go on.
    void aCopyCountsWhereItWasStarted()
    {
        History history = populationAt(1, {.3, .2, .25, .4, .1});
        history.change(3).state = PastTrial::State::Failed;
        history.change(3).rung = 2;
        QCOMPARE(std::get<CopyTrial>(nextOf(history)).rung, 2);
        PastTrial copy{
            .state = PastTrial::State::Paused, .value = .15, .rung = 2, .parent = 4, .firstRung = 2};
        for (const std::int64_t step : {1, 10, 20, 30})
            copy.reports.push_back({step, .15});
        history.push_back(copy);
        QVERIFY(std::holds_alternative<PromoteTrial>(nextOf(history)));
    }

    /// Where nothing tells where they were started: it ends all the same.
    void copiesAreBounded()
    {
        History history = populationAt(1, {.3, .2, .25, .4, .1});
        history.change(3).state = PastTrial::State::Failed;
        history.change(3).rung = 2;
        const auto isMissing = [&] {
            const Due due = nextOf(history);
            const auto* copy = std::get_if<CopyTrial>(&due);
            return copy && !copy->replaced;
        };
        int copies = 0;
        for (; copies < 1000 && isMissing(); ++copies) {
            PastTrial copy{.state = PastTrial::State::Paused, .value = .15, .rung = 2, .parent = 4};
            copy.reports = {{1, .15}, {30, .15}};
            history.push_back(copy);
        }
        QCOMPARE(copies, 5 * 4); // population and rungs
    }

    /// Of one that has ended, as long as others may be replaced by a copy of it.
    void checkpointsAreKeptWhileThePopulationTrains()
    {
        History history = populationAt(1, {.3, .2});
        history.change(0).state = PastTrial::State::Ended;
        history.push_back({.state = PastTrial::State::Ended, .bracket = 1});
        const auto scheduler = makeScheduler(settings(), task());
        QVERIFY(scheduler->mayContinueFrom(history, 0));
        QVERIFY(!scheduler->mayContinueFrom(history, 2));
        history.change(1).state = PastTrial::State::Ended;
        QVERIFY(!scheduler->mayContinueFrom(history, 0));
    }

    /// What is remembered of the history is what there is to know of it.
    void aNewInstanceAnswersAlike()
    {
        int copies = 0;
        for (unsigned seed = 1; seed <= 20; ++seed) {
            Life life(seed);
            const History& history = life.history;
            const auto lived = makeScheduler(settings(), task());
            for (int i = 0; i < 600; ++i) {
                const bool mayStart = history.proposals() < 11;
                const Due due = lived->next(history, mayStart);
                QVERIFY(makeScheduler(settings(), task())->next(history, mayStart) == due);
                for (std::size_t trial = 0; trial < history.size(); ++trial)
                    QCOMPARE(lived->mayContinueFrom(history, trial),
                             std::ranges::any_of(history, [&](const PastTrial& other) {
                                 return other.bracket == history[trial].bracket && other.isOpen();
                             }));
                copies += std::holds_alternative<CopyTrial>(due);
                if (i % 2 == 0)
                    life.act(due);
                life.happen();
            }
        }
        QVERIFY(copies > 20);
    }

    void copiesLieBesideTheOther()
    {
        const SearchSpace space(
            {{"lr", FloatRange{1e-4, 1, Scale::Log, {}}, {}, {}},
             {"n", IntegerRange{1, 9, {}, {}}, {}, {}},
             {"kind", Choices{{std::string("a"), std::string("b")}}, {}, {}},
             {"depth", IntegerRange{0, 100, {}, 10}, Condition{"kind", {std::string("b")}}, {}},
             {"fixed", FixedValue{std::int64_t{7}}, {}, {}}});
        const Configuration from({{"lr", 0.9},
                                  {"n", std::int64_t{2}},
                                  {"kind", std::string("b")},
                                  {"depth", std::int64_t{20}},
                                  {"fixed", std::int64_t{7}}});
        std::set<double> rates;
        std::set<std::int64_t> numbers, depths;
        for (std::uint64_t i = 0; i < 50; ++i) {
            const Configuration copy = explored(from, space, 0, Draws(1, i));
            QVERIFY(space.contains(copy));
            QCOMPARE(*copy.find("kind"), Value(std::string("b")));
            rates.insert(std::get<double>(*copy.find("lr")));
            numbers.insert(std::get<std::int64_t>(*copy.find("n")));
            depths.insert(std::get<std::int64_t>(*copy.find("depth")));
            QVERIFY(space.contains(explored(from, space, 1, Draws(1, i))));
            QCOMPARE(explored(from, space, 0.5, Draws(1, i)), explored(from, space, 0.5, Draws(1, i)));
        }
        QCOMPARE(rates, (std::set<double>{0.72, 1}));
        QCOMPARE(numbers, (std::set<std::int64_t>{1, 3}));
        QCOMPARE(depths, (std::set<std::int64_t>{10, 30}));
        QCOMPARE(differences(from, Configuration({{"lr", 0.72}, {"n", std::int64_t{2}}})),
                 std::string("lr 0.9 → 0.72"));
    }
};

QTEST_APPLESS_MAIN(TestPopulation)
#include "tst_population.moc"
