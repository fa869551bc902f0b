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
        const SearchGroup one{"c", {runOf({1})}};
        QVERIFY(!pairedDifference(one, one, SearchCost::Trials, 1, Direction::Minimize).better.isBounded());
    }
};

QTEST_APPLESS_MAIN(TestSearchComparison)
#include "tst_search_comparison.moc"
