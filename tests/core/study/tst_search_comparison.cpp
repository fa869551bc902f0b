// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/search_comparison.h"

#include <QTest>
#include <cmath>

using namespace widthwise;

namespace {

/// One trial an hour; the values as they get better.
SearchRun runOf(const std::vector<double>& values)
{
    SearchRun run;
    for (const double value : values) {
        ++run.end.trials;
        run.end.deviceHours += 1;
        run.end.wallTime += Seconds(3600);
        run.end.value = value;
        run.improvements.push_back(run.end);
    }
    return run;
}

} // namespace

class TestSearchComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBestSoFar()
    {
        const SearchRun run = runOf({5, 3, 2});
        QVERIFY(!run.bestAt(SearchCost::Trials, 0.5));
        QCOMPARE(*run.bestAt(SearchCost::DeviceHours, 2.9), 3.0);
        QCOMPARE(*run.bestAt(SearchCost::WallTime, 1e9), 2.0);
    }

    void bands()
    {
        const SearchGroup group{
            "a", {runOf({5, 1}), runOf({6, 2}), runOf({7, 3}), runOf({8, 4}), runOf({9, 5, 0})}};
        const SearchBand band = *bandAt(group, SearchCost::Trials, 2);
        QCOMPARE(band.median, 3.0);
        QCOMPARE(band.low, 2.0);
        QCOMPARE(band.high, 4.0);
        QCOMPARE(band.runs, 5);
        QVERIFY(!bandAt(group, SearchCost::Trials, 0));
        QCOMPARE(commonCost(std::vector{group}, SearchCost::DeviceHours), 2.0);
    }

    /// They begin where both runs have a value, and end where the first run does.
    void stepsOfABand()
    {
        SearchRun late = runOf({9, 8, 7, 2});
        late.improvements.erase(late.improvements.begin());
        const SearchGroup group{"a", {late, runOf({5, 3, 1})}};
        const std::vector<SearchStep> steps = bandSteps(group, SearchCost::DeviceHours);
        QCOMPARE(steps.size(), std::size_t(2));
        QCOMPARE(steps[0].cost, 2.0);
        QCOMPARE(steps[0].band.median, 5.5);
        QCOMPARE(steps[1].cost, 3.0);
        QCOMPARE(steps[1].band.low, 2.5);
        QVERIFY(bandSteps({"empty", {}}, SearchCost::Trials).empty());
    }

    void sentencesOfRungs()
    {
        SearchRun run = runOf({1});
        run.name = "asha-1";
        QCOMPARE(rungText(run), "");
        run.rungCorrelation = 0.8123456;
        run.correlated = 12;
        QCOMPARE(rungText(run),
                 "asha-1: rank correlation of the lowest rung with the end 0.8123 over 12 trials");
    }

    void costsAreNamed()
    {
        QCOMPARE(searchCostFromText("device-hours"), SearchCost::DeviceHours);
        QVERIFY_EXCEPTION_THROWN(searchCostFromText("euros"), std::invalid_argument);
    }

    /// The differences are 1, 2, 1 and −1: their mean, and Student's 3.1824 times its standard error 0.6292.
    void pairs()
    {
        const SearchGroup a{"a", {runOf({5}), runOf({6}), runOf({7}), runOf({8})}};
        const SearchGroup b{"b", {runOf({4}), runOf({4}), runOf({6}), runOf({9})}};
        const PairedDifference better = pairedDifference(a, b, SearchCost::Trials, 1, Direction::Minimize);
        QCOMPARE(better.better.value, 0.75);
        QCOMPARE(better.pairs, 4);
        QCOMPARE(better.wins, 3);
        QVERIFY(std::abs(better.better.error() - 2.00224) < 1e-4);
        QCOMPARE(pairedDifference(a, b, SearchCost::Trials, 1, Direction::Maximize).better.value, -0.75);
        QCOMPARE(
            differenceText(std::vector{a, b}, b, SearchCost::Trials, Direction::Minimize),
            "b may be better than a by 0.75 (95 %: -1.252 to 2.752) after 1 trial; it wins 3 of 4 pairs");
        QCOMPARE(
            differenceText(std::vector{a, b}, b, SearchCost::DeviceHours, Direction::Maximize),
            "b may be worse than a by 0.75 (95 %: -1.252 to 2.752) at 1 device hours; it wins 1 of 4 pairs");
        QCOMPARE(differenceText(std::vector{a, SearchGroup{"c", {}}}, {"c", {}}, SearchCost::WallTime,
                                Direction::Minimize),
                 "");
        const SearchGroup one{"c", {runOf({1})}};
        QCOMPARE(differenceText(std::vector{a, one}, one, SearchCost::WallTime, Direction::Minimize),
                 "c is better than a by 4 after 1h; it wins 1 of 1 pair");
        QCOMPARE(differenceText(std::vector{a, a}, a, SearchCost::WallTime, Direction::Minimize),
                 "a is as good as a after 1h; it wins 0 of 4 pairs");
        QVERIFY(!pairedDifference(one, one, SearchCost::Trials, 1, Direction::Minimize).better.isBounded());
    }
};

QTEST_APPLESS_MAIN(TestSearchComparison)
#include "tst_search_comparison.moc"
