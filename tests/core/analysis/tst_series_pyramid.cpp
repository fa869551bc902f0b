// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/series_pyramid.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace widthwise;

namespace {

Extent plainScan(const SeriesPyramid& pyramid, std::size_t first, std::size_t last)
{
    Extent extent;
    for (const double value : pyramid.values().subspan(first, last - first)) {
        if (!std::isfinite(value)) {
            extent.nonFinite = true;
            continue;
        }
        extent.minimum = std::min(extent.minimum, value);
        extent.maximum = std::max(extent.maximum, value);
    }
    return extent;
}

/// Mostly finite; some NaN and infinities, in runs and alone.
double randomValue(std::mt19937& random)
{
    switch (random() % 50) {
    case 0:
        return std::numeric_limits<double>::quiet_NaN();
    case 1:
        return std::numeric_limits<double>::infinity();
    case 2:
        return -std::numeric_limits<double>::infinity();
    default:
        return std::normal_distribution<double>(0, 1e3)(random);
    }
}

} // namespace

class TestSeriesPyramid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isEmptyAtFirst()
    {
        const SeriesPyramid pyramid;
        QCOMPARE(pyramid.size(), std::size_t{0});
        QVERIFY(pyramid.extent(0, 0) == Extent{});
        QVERIFY(Extent{}.minimum > Extent{}.maximum);
    }

    void hasExactExtentsOfEveryShortRun()
    {
        std::mt19937 random(3);
        SeriesPyramid pyramid;
        for (std::int64_t step = 0; step < 150; ++step) {
            pyramid.append(step, randomValue(random));
            for (std::size_t first = 0; first <= pyramid.size(); ++first)
                QVERIFY(pyramid.extent(first, pyramid.size()) == plainScan(pyramid, first, pyramid.size()));
        }
        for (std::size_t first = 0; first <= pyramid.size(); ++first) {
            for (std::size_t last = first; last <= pyramid.size(); ++last)
                QVERIFY(pyramid.extent(first, last) == plainScan(pyramid, first, last));
        }
    }

    void hasExactExtentsOfLongRuns()
    {
        std::mt19937 random(5);
        SeriesPyramid pyramid;
        std::int64_t step = 0;
        while (pyramid.size() < 100'000) {
            std::vector<std::int64_t> steps(1 + random() % 3000);
            std::vector<double> values(steps.size());
            for (std::size_t i = 0; i < steps.size(); ++i) {
                steps[i] = ++step;
                values[i] = randomValue(random);
            }
            pyramid.append(steps, values);
            for (int query = 0; query < 40; ++query) {
                std::size_t first = random() % (pyramid.size() + 1);
                std::size_t last = random() % (pyramid.size() + 1);
                if (first > last)
                    std::swap(first, last);
                QVERIFY(pyramid.extent(first, last) == plainScan(pyramid, first, last));
            }
        }
        QCOMPARE(pyramid.steps().back(), step);
    }

    void tellsNonFiniteValues()
    {
        SeriesPyramid pyramid;
        for (std::int64_t step = 0; step < 64; ++step)
            pyramid.append(step, step == 37 ? std::numeric_limits<double>::quiet_NaN() : 1.0);
        for (std::size_t first = 0; first < 64; first += 8)
            QCOMPARE(pyramid.extent(first, first + 8).nonFinite, first == 32);
        const Extent alone = pyramid.extent(37, 38);
        QVERIFY(alone.nonFinite && alone.minimum > alone.maximum);
        QVERIFY((pyramid.extent(0, 64) == Extent{1.0, 1.0, true}));
    }

    void startsAnewWhenCleared()
    {
        SeriesPyramid pyramid;
        for (std::int64_t step = 0; step < 100; ++step)
            pyramid.append(step, 1e9);
        pyramid.clear();
        QCOMPARE(pyramid.size(), std::size_t{0});
        for (std::int64_t step = 0; step < 20; ++step)
            pyramid.append(step, step);
        QVERIFY((pyramid.extent(0, 20) == Extent{0, 19, false}));
    }
};

QTEST_APPLESS_MAIN(TestSeriesPyramid)
#include "tst_series_pyramid.moc"
