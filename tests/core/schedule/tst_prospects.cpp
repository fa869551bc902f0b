// SPDX-License-Identifier: GPL-3.0-or-later
// The second gate of schedulers with rungs: what a trial's reports let expect of its end.
#include "core/schedule/prospects.h"
#include "core/schedule/schedulers.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

using namespace widthwise;

namespace {

constexpr std::int64_t length = 81;
constexpr int rung = 1; ///< at step 27

std::vector<Report> curve(std::int64_t until, const std::function<double(double part)>& value)
{
    std::vector<Report> reports;
    for (std::int64_t step = 1; step <= until; ++step)
        reports.push_back({step, value(double(step) / double(length))});
    return reports;
}

/// A power law that ends at `end`.
std::vector<Report> powerLaw(std::int64_t until, double end, double amplitude = 0.1, double power = 0.5)
{
    return curve(until, [&](double part) { return end + amplitude * (std::pow(part, -power) - 1); });
}

PastTrial ended(std::vector<Report> reports)
{
    PastTrial trial{.state = PastTrial::State::Ended, .rung = 2};
    trial.value = reports.back().value;
    trial.reports = std::move(reports);
    return trial;
}

PastTrial waiting(std::vector<Report> reports)
{
    PastTrial trial{.state = PastTrial::State::Paused, .rung = rung};
    trial.value = reports.back().value;
    trial.reports = std::move(reports);
    return trial;
}

RungPlan plan()
{
    return rungsOfOneRun(9, length, 3);
}

SchedulingTask task(Direction direction = Direction::Minimize)
{
    return {.plan = plan(), .direction = direction, .value = ObjectiveValue::Last};
}

std::optional<Prospects::Chance> chanceOf(const History& history, std::size_t trial,
                                          ObjectiveValue value = ObjectiveValue::Last)
{
    RungTable table(plan(), Direction::Minimize, value);
    Prospects prospects(plan(), Direction::Minimize, value);
    table.update(history);
    prospects.update(history, table);
    return prospects.of(history, trial, rung);
}

/// Six that have ended between .5 and .55.
History sixEnded()
{
    History history;
    for (int i = 0; i < 6; ++i)
        history.push_back(ended(powerLaw(length, 0.5 + i / 100.0)));
    return history;
}

/// Six that were behind at step 27 and ended below 0.56, then two that wait there: the first is the best at
/// the rung and slow.
History slowStarters()
{
    History history;
    for (int i = 0; i < 6; ++i)
        history.push_back(ended(powerLaw(length, 0.5 + i / 100.0, 0.4)));
    history.push_back(waiting(powerLaw(27, 0.6)));
    history.push_back(waiting(powerLaw(27, 5)));
    return history;
}

/// A history that grows by chance.
class Growing {
public:
    explicit Growing(unsigned seed) : m_random(seed) {}

    /// What happens next to one of the trials that run; the one that has reported, if that is it.
    std::optional<std::size_t> happen()
    {
        std::vector<std::size_t> running;
        for (std::size_t i = 0; i < history.size(); ++i)
            if (history[i].state == PastTrial::State::Waiting)
                running.push_back(i);
        if (running.empty())
            return std::nullopt;
        const std::size_t trial = running[below(running.size())];
        PastTrial& past = history.change(trial);
        if (below(200) == 0) {
            past.reports.clear();
            ++past.generation;
        }
        const std::int64_t step = past.reports.empty() ? 1 : past.reports.back().step + 2;
        if (step > length || below(300) == 0) {
            past.state = step > length ? PastTrial::State::Ended : PastTrial::State::Failed;
            return std::nullopt;
        }
        const double part = double(step) / double(length);
        past.value =
            m_ends[trial] + 0.1 / std::sqrt(part) + std::normal_distribution<double>(0, 0.01)(m_random);
        past.reports.push_back({step, *past.value});
        return trial;
    }
    void carryOut(const Due& due)
    {
        if (const auto* start = std::get_if<StartTrial>(&due)) {
            history.push_back({.bracket = start->bracket, .rung = start->rung});
            m_ends.push_back(std::uniform_real_distribution<double>(0.3, 1)(m_random));
        } else if (const auto* promotion = std::get_if<PromoteTrial>(&due)) {
            history.change(promotion->trial).state = PastTrial::State::Waiting;
            history.change(promotion->trial).rung = promotion->rung;
        } else if (const auto* stop = std::get_if<StopTrial>(&due)) {
            history.change(stop->trial).state = PastTrial::State::Ended;
        }
    }
    bool hasPlace() const
    {
        return std::ranges::count(history, PastTrial::State::Waiting, &PastTrial::state) < 8;
    }

    History history;

private:
    std::size_t below(std::size_t n)
    {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(m_random);
    }

    std::mt19937 m_random;
    std::vector<double> m_ends;
};

} // namespace

class TestProspects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// scipy.stats.t.cdf
    void probabilities()
    {
        QVERIFY(std::abs(studentBelow(-2.919985580353725, 2) - 0.05) < 1e-12);
        QVERIFY(std::abs(studentBelow(1.0, 4) - 0.8130495168499705) < 1e-12);
        QVERIFY(std::abs(studentBelow(-3.0, 10) - 0.006671827511284) < 1e-9);
        QCOMPARE(studentBelow(0, 6), 0.5);
    }

    void aPowerLawIsFollowedToItsEnd()
    {
        for (const double power : {0.2, 0.6, 1.6}) {
            const auto reports = powerLaw(27, 0.3, 0.2, power);
            const auto end = extrapolated(reports, length, 1, ObjectiveValue::Last);
            QVERIFY2(std::abs(end->mean - 0.3) < 0.02, qPrintable(QString::number(end->mean)));
            auto turned = reports;
            for (Report& report : turned)
                report.value *= -1;
            QCOMPARE(*extrapolated(turned, length, -1, ObjectiveValue::Last), *end);
        }
    }

    void tooLittleSaysNothing()
    {
        QVERIFY(!extrapolated(powerLaw(4, 0.3), length, 1, ObjectiveValue::Last));
        QVERIFY(!extrapolated({}, length, 1, ObjectiveValue::Last));
        QVERIFY(extrapolated(powerLaw(5, 0.3), length, 1, ObjectiveValue::Last));
        History history = sixEnded();
        history.push_back(waiting({{9, 2.0}, {18, 2.0}, {27, 2.0}}));
        QVERIFY(!chanceOf(history, 6));
        History few;
        for (int i = 0; i < 3; ++i)
            few.push_back(ended(powerLaw(length, 0.5)));
        few.push_back(waiting(powerLaw(27, 9)));
        QVERIFY(!chanceOf(few, 3));
    }

    void whatIsFarBehindHasNoChance()
    {
        History history = sixEnded();
        history.push_back(waiting(powerLaw(27, 0.9)));
        history.push_back(waiting(powerLaw(27, 0.4)));
        QVERIFY(chanceOf(history, 6)->chance < 0.05);
        QCOMPARE(chanceOf(history, 6)->best, 0.5);
        QVERIFY(chanceOf(history, 7)->chance > 0.5);
    }

    /// All lose 0.3 at their end, where the learning rate falls: who does not know it thinks that nothing
    /// that waits can reach them.
    void whatAllCurvesHaveInCommonIsAllowedFor()
    {
        const auto late = [](std::int64_t until, double end) {
            return curve(until, [&](double part) {
                return end + 0.1 * (1 / std::sqrt(part) - 1) + (part < 0.8 ? 0.3 : 1.5 * (1 - part));
            });
        };
        History history;
        for (int i = 0; i < 6; ++i)
            history.push_back(ended(late(length, 0.5 + i / 100.0)));
        history.push_back(waiting(late(27, 0.49)));
        QVERIFY(chanceOf(history, 6)->chance > 0.3);
    }

    /// The best so far is what counts there, and it only falls.
    void theBestSoFarIsExtrapolated()
    {
        std::mt19937 random(1);
        std::normal_distribution<double> noise(0, 0.05);
        const auto noisy = [&](std::int64_t until, double end) {
            auto reports = powerLaw(until, end);
            for (Report& report : reports)
                report.value += noise(random);
            return reports;
        };
        History history;
        for (int i = 0; i < 6; ++i) {
            history.push_back(ended(noisy(length, 0.5)));
            history.change(std::size_t(i)).value =
                std::ranges::min_element(history[std::size_t(i)].reports, {}, &Report::value)->value;
        }
        history.push_back(waiting(noisy(27, 0.9)));
        QVERIFY(chanceOf(history, 6, ObjectiveValue::Best)->chance < 0.05);
    }

    void otherLengthsAreNoMeasure()
    {
        History history = sixEnded();
        history.push_back(waiting(powerLaw(27, 0.9)));
        history.change(6).length = 7;
        QVERIFY(!chanceOf(history, 6));
    }

    void schedulersUseIt_data()
    {
        QTest::addColumn<QString>("scheduler");
        for (const SchedulerDescription& scheduler : schedulers())
            if (findSetting(scheduler.settings, "least_chance"))
                QTest::newRow(scheduler.id.c_str()) << QString::fromStdString(scheduler.id);
    }
    void schedulersUseIt()
    {
        QFETCH(QString, scheduler);
        const std::string id = scheduler.toStdString();
        const auto due = [&](double least) -> Due {
            SchedulingTask all = task();
            all.trials = 8;
            const auto made =
                makeScheduler({id, {{"eta", 1.5}, {"run_on", 0}, {"least_chance", least}}}, all);
            if (id != "asha-stopping")
                return made->next(slowStarters(), false);
            const Judgement judgement = made->judge(slowStarters(), 6);
            return judgement.decision == Decision::Stop ? Due(StopTrial{6, judgement.reason})
                                                        : Due(PromoteTrial{6, 2, {}});
        };
        const Due promoted = due(0), stopped = due(0.05);
        QCOMPARE(std::get<PromoteTrial>(promoted).trial, std::size_t{6});
        QCOMPARE(std::get<StopTrial>(stopped).trial, std::size_t{6});
        const QString reason = QString::fromStdString(std::get<StopTrial>(stopped).reason);
        QVERIFY2(reason.startsWith(QStringLiteral("stopped at step 27: ")) &&
                     reason.contains(QStringLiteral("a chance of ")) &&
                     reason.endsWith(QStringLiteral("% to beat 0.5, the best")),
                 qPrintable(reason));
    }

    /// What runs on regardless is not asked for its prospects.
    void oneInTenRunsOn()
    {
        const auto made = makeScheduler({"asha-stopping", {{"run_on", 1}}}, task());
        QCOMPARE(made->judge(slowStarters(), 6).decision, Decision::Continue);
    }

    /// Those that ran on have turned the order at the rung round: it holds nobody back, prospects or not.
    void aRungThatMisleadsStopsNobody()
    {
        History history;
        for (int i = 0; i < 40; ++i)
            history.push_back(ended(powerLaw(length, 0.5 + i / 1000.0, 0.9 - i / 50.0)));
        history.push_back(waiting(powerLaw(27, 0.9)));
        for (std::size_t i = 0; i < 40; ++i) // so that one of them at least is not due to run on
            history.push_back(history[40]);
        const auto made = makeScheduler({"asha", {{"eta", 50}, {"run_on", 0.5}}}, task());
        QVERIFY(std::holds_alternative<PromoteTrial>(made->next(history, true)));
        const auto trusting = makeScheduler({"asha", {{"eta", 1.1}, {"run_on", 0}}}, task());
        QVERIFY(std::holds_alternative<StopTrial>(trusting->next(history, true)));
    }

    void anInstanceThatLivedThroughItAnswersAsAFreshOne_data() { schedulersUseIt_data(); }
    void anInstanceThatLivedThroughItAnswersAsAFreshOne()
    {
        QFETCH(QString, scheduler);
        const SchedulerSettings settings{scheduler.toStdString(),
                                         {{"eta", 1.5}, {"run_on", 0.2}, {"least_chance", 0.3}}};
        int stopped = 0;
        for (unsigned seed = 0; seed < 10; ++seed) {
            Growing growing(seed);
            const auto lived = makeScheduler(settings, task());
            for (int i = 0; i < 1000; ++i) {
                if (const auto reported = growing.happen()) {
                    const Judgement judgement = lived->judge(growing.history, *reported);
                    QCOMPARE(judgement, makeScheduler(settings, task())->judge(growing.history, *reported));
                    stopped += judgement.reason.find("a chance of") != std::string::npos;
                    if (judgement.decision != Decision::Continue)
                        growing.history.change(*reported).state = judgement.decision == Decision::Pause
                                                                      ? PastTrial::State::Paused
                                                                      : PastTrial::State::Ended;
                }
                if (!growing.hasPlace())
                    continue;
                const Due due = lived->next(growing.history, true);
                QVERIFY(due == makeScheduler(settings, task())->next(growing.history, true));
                growing.carryOut(due);
                stopped += std::holds_alternative<StopTrial>(due);
            }
        }
        QVERIFY2(stopped > 10, qPrintable(QString::number(stopped)));
    }
};

QTEST_APPLESS_MAIN(TestProspects)
#include "tst_prospects.moc"
