// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/models/sparkline.h"

#include <QTest>

#include <cmath>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

Points ramp(std::int64_t first, std::int64_t count)
{
    Points points;
    for (std::int64_t step = first; step < first + count; ++step) {
        points.steps.push_back(step);
        points.values.push_back(step);
    }
    return points;
}

} // namespace

class TestSparkline : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void staysSmallAndKeepsItsShape()
    {
        Sparkline sparkline;
        for (std::int64_t first = 0; first < 100'000; first += 1000)
            sparkline.append(ramp(first, 1000));
        const auto& values = sparkline.values();
        QVERIFY(values.size() >= Sparkline::capacity / 2 && values.size() < Sparkline::capacity);
        const float stride = values[1] - values[0];
        for (std::size_t i = 1; i < values.size(); ++i)
            QCOMPARE(values[i] - values[i - 1], stride);
        QVERIFY(values.back() > 90'000);
    }

    void piecesAndWholeAreTheSame()
    {
        Sparkline whole, pieces;
        whole.append(ramp(0, 777));
        for (std::int64_t first = 0; first < 777; first += 7)
            pieces.append(ramp(first, 7));
        QVERIFY(whole == pieces);
    }

    void whatIsNotFiniteCountsForNothing()
    {
        Sparkline sparkline;
        Points points = ramp(0, 3);
        points.values[1] = NAN;
        sparkline.append(points);
        QCOMPARE(sparkline.values()[0], 0.F);
        QVERIFY(std::isnan(sparkline.values()[1]));
        QCOMPARE(sparkline.values()[2], 2.F);
        sparkline.append(ramp(3, Sparkline::capacity - 3));
        QCOMPARE(sparkline.values()[0], 0.F); // the mean of 0 and nothing
        QCOMPARE(sparkline.values()[1], 2.5F);
    }
};

WIDTHWISE_UI_TEST_MAIN(TestSparkline)
#include "tst_sparkline.moc"
