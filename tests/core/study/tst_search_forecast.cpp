// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "core/study/search_forecast.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <cmath>

using namespace widthwise;

namespace {

constexpr std::int64_t mostEvents = 1'000'000;

Experiment experimentOf(const std::string& more = "search: {algorithm: random}\n")
{
    return parseExperiment("name: s\nobjective: {metric: loss}\ntrial: {command: 'train {x}'}\n"
                           "space: {x: {type: float, low: 0, high: 1}}\nresources: {parallel: 4}\n"
                           "budget: {trials: 40, failed_trials: 40}\n" +
                           more);
}

Forecast made(const Experiment& experiment, const ForecastAssumptions& assumptions = {},
              std::uint64_t seed = 1)
{
    return forecast(experiment, madeUpTrials(experiment, assumptions, seed), seed, mostEvents);
}

} // namespace

class TestSearchForecast : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsWhatTrialsComeTo()
    {
        const Forecast all = made(experimentOf());
        QCOMPARE(all.whole, 40);
        QCOMPARE(all.early + all.failed, 0);
        QCOMPARE(all.result.duration.count(), 10 * 100.0);
        QCOMPARE(all.result.deviceHours, 40 * 100 / 3600.0);
        const Forecast asha = made(experimentOf(
            "search: {algorithm: random}\nschedule: {type: asha, min_steps: 10, max_steps: 270}\n"));
        QVERIFY(asha.early > 20);
        QCOMPARE(asha.early + asha.whole + asha.failed, 40);
        QVERIFY(asha.result.deviceHours < 40 * 270 / 3600.0 / 2);
    }

    void stepsAreThoseOfTheExperiment()
    {
        QCOMPARE(stepsOf({}, experimentOf()), 100);
        const Experiment rungs = experimentOf(
            "search: {algorithm: random}\nschedule: {type: asha, min_steps: 10, max_steps: 270}\n");
        QCOMPARE(stepsOf({}, rungs), 270);
        QCOMPARE(stepsOf({.steps = 50}, rungs), 50);
    }

    /// 0: the best there is; 1: a random configuration's median.
    void regretIsOnTheScaleOfRandomConfigurations()
    {
        double few = 0, many = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            Experiment experiment = experimentOf();
            many += *made(experiment, {}, seed).regret / 10;
            experiment.budget.trials = 1;
            few += *made(experiment, {}, seed).regret / 10;
        }
        QVERIFY2(few > 0.4 && few < 2.5, qPrintable(QString::number(few)));
        QVERIFY2(many >= 0 && many < 0.1, qPrintable(QString::number(many)));
    }

    void largerMayBeBetter()
    {
        Experiment experiment = experimentOf();
        const double smaller = *made(experiment).regret;
        experiment.objective.direction = Direction::Maximize;
        const Forecast larger = made(experiment);
        QVERIFY(*larger.best <= 0);
        QCOMPARE(*larger.regret, smaller);
    }

    void whatGoesWrongIsCounted()
    {
        QVERIFY(made(experimentOf(), {.divergeRate = 0.3}).failed > 4);
        const Forecast lost = made(experimentOf(), {.lostRate = 0.5});
        QVERIFY(lost.result.launches > 50);
    }

    /// Its own experiment first, then the one that it was made from; never another objective or space.
    void findsWhatRanBefore()
    {
        const test::StoreFolder folder;
        Database database(folder.file());
        const Experiment own = experimentOf();
        const std::int64_t parent = add(database, "parent", toYaml(own), true);
        Experiment other = own;
        other.objective.metric = "gain";
        add(database, "other", toYaml(other), true);
        Experiment wider = own;
        wider.space = SearchSpace({{"y", FloatRange{0, 1, Scale::Linear, {}}, {}, {}}});
        wider.trial.program = CommandTemplate{"train {y}"};
        add(database, "another space", toYaml(wider), true);
        add(database, "not run", toYaml(own), false);
        add(database, "broken", "name: [", true);
        const std::int64_t latest = add(database, "latest", toYaml(own), true);
        ExperimentRecord record;
        record.id = 1000;
        record.parent = parent;
        std::vector<std::int64_t> found;
        for (const ExperimentRecord& before : forerunners(database, record, own))
            found.push_back(before.id);
        QCOMPARE(found, (std::vector<std::int64_t>{parent, latest}));
        ForecastTrials like =
            trialsLike(database, *Experiments(database).find(latest), own, {.lostRate = 0.25});
        QCOMPARE(like.trials.lostRate, 0.25);
        like.trials.lostRate = 0;
        const Forecast forecast = widthwise::forecast(own, like, 1, mostEvents);
        QCOMPARE(forecast.whole, 40);
        QCOMPARE(*forecast.best, 0.5);
        QVERIFY(!forecast.regret); // all recorded trials are alike
    }

private:
    static std::int64_t add(Database& database, const std::string& name, const std::string& text, bool ran)
    {
        ExperimentRecord record;
        record.name = name;
        record.yaml = text;
        record.state = ExperimentState::Running;
        record.id = Experiments(database).add(record);
        Trial trial;
        trial.configuration = Configuration({{"x", 0.5}});
        trial.state = ran ? TrialState::Completed : TrialState::Running;
        trial.started = TimePoint(std::chrono::seconds(1'700'000'000));
        if (ran) {
            trial.finished = *trial.started + std::chrono::seconds(10);
            trial.objective = 0.5;
        }
        Transaction transaction(database);
        const std::int64_t id = Trials(database).save(record.id, trial);
        SeriesTable(database).append(id, {{"loss", {{1, 1.0}, {2, 0.5}}}});
        transaction.commit();
        return record.id;
    }
};

QTEST_APPLESS_MAIN(TestSearchForecast)
#include "tst_search_forecast.moc"
