// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/plot/curve_raster.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

constexpr QRgb red = 0xffff0000;
constexpr QRgb blue = 0xff0000ff;

PlotView view(double xHigh, double yHigh, int width = 200, int height = 100)
{
    return {{0, xHigh, false, width}, {0, yHigh, false, height}, 1};
}

Points noise(std::int64_t first, std::int64_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> value(0.2, 0.8);
    Points points;
    for (std::int64_t step = first; step < first + count; ++step) {
        points.steps.push_back(step);
        points.values.push_back(value(random));
    }
    return points;
}

/// The rows that a column has any colour in.
std::pair<int, int> painted(const QImage& image, int column)
{
    int first = -1;
    int last = -1;
    for (int row = 0; row < image.height(); ++row)
        if (qAlpha(image.pixel(column, row)) > 0) {
            first = first < 0 ? row : first;
            last = row;
        }
    return {first, last};
}

} // namespace

class TestCurveRaster : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void coversWhatTheExactLineCovers_data();
    void coversWhatTheExactLineCovers();
    void appendingDrawsWhatRedrawingDraws();
    void aGapWhereValuesAreNotFinite();
    void theUpperLayerCoversTheLower();
    void aHighlightHasItsOwnColorAndPen();
    void hiddenCurvesAreNeitherSeenNorHit();
    void aPointAloneIsADisc();
    void theSmallestPositiveValueIsExact();
    void valuesThatAreNotFiniteAreNoRange();
    void dashedCurvesHaveGaps();
    void findsTheNearestPoint();
    void logarithmicAxes();
    void rangeLeavesOutRareOutliers();
    void pointsOutsideOfTheViewLeadInAndOut();
};

void TestCurveRaster::coversWhatTheExactLineCovers_data()
{
    QTest::addColumn<int>("points");
    QTest::newRow("a point every 20 pixels") << 10;
    QTest::newRow("a point per pixel") << 200;
    QTest::newRow("many points per pixel") << 20'000;
}

void TestCurveRaster::coversWhatTheExactLineCovers()
{
    QFETCH(int, points);
    const Points curve = noise(0, std::int64_t(points), 3);
    const PlotView shown = view(points - 1, 1);
    CurveRaster raster;
    raster.setView(shown);
    raster.append(1, false, curve);
    const QImage image = raster.image();

    for (int column = 1; column < image.width() - 1; ++column) {
        // The polyline, sampled so finely that its ends in this column are exact to a hundredth of a pixel.
        double low = HUGE_VAL;
        double high = -HUGE_VAL;
        const double first = shown.x.toValue(column);
        const double last = shown.x.toValue(column + 1);
        const auto take = [&](double step) {
            const auto i = std::min(std::size_t(step), curve.size() - 2);
            const double y =
                std::lerp(curve.values[i], curve.values[i + 1], step - double(i)) * image.height();
            low = std::min(low, image.height() - y);
            high = std::max(high, image.height() - y);
        };
        take(first);
        take(last);
        for (double step = std::ceil(first); step <= last; ++step)
            take(step);
        const auto [top, bottom] = painted(image, column);
        QVERIFY2(std::abs(top - (low - 0.5)) <= 1.6,
                 qPrintable(QStringLiteral("%1: %2 %3").arg(column).arg(top).arg(low)));
        QVERIFY2(std::abs(bottom - (high + 0.5)) <= 1.6,
                 qPrintable(QStringLiteral("%1: %2 %3").arg(column).arg(bottom).arg(high)));
    }
}

void TestCurveRaster::appendingDrawsWhatRedrawingDraws()
{
    CurveRaster grown, whole;
    for (CurveRaster* raster : {&grown, &whole})
        raster->setView(view(3000, 1));
    const Points all = noise(0, 2500, 5);
    std::mt19937 random(7);
    for (std::size_t first = 0; first < all.size();) {
        const std::size_t last = std::min(all.size(), first + 1 + random() % 40);
        const auto cut = [&](const auto& column) {
            return std::decay_t<decltype(column)>(column.begin() + std::ptrdiff_t(first),
                                                  column.begin() + std::ptrdiff_t(last));
        };
        grown.append(4, false, {cut(all.steps), cut(all.values)});
        grown.image();
        first = last;
    }
    whole.append(4, false, all);
    const QImage a = grown.image();
    const QImage b = whole.image();
    int different = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            different += (qAlpha(a.pixel(x, y)) > 0) != (qAlpha(b.pixel(x, y)) > 0);
    QCOMPARE(different, 0);
}

void TestCurveRaster::aGapWhereValuesAreNotFinite()
{
    CurveRaster raster;
    raster.setView(view(200, 1));
    Points points = noise(0, 200, 1);
    for (std::size_t i = 80; i < 120; ++i)
        points.values[i] = i % 2 ? NAN : HUGE_VAL;
    raster.append(0, false, points);
    const QImage image = raster.image();
    QVERIFY(painted(image, 70).first >= 0);
    for (int column = 81; column < 119; ++column)
        QCOMPARE(painted(image, column).first, -1);
    QVERIFY(painted(image, 130).first >= 0);
    const auto breaks = raster.breaks();
    QCOMPARE(breaks.size(), 1U);
    QCOMPARE(breaks.front().position.x(), 79.0);
    QCOMPARE(breaks.front().position.y(), 100 - 100 * points.values[79]);
}

void TestCurveRaster::theUpperLayerCoversTheLower()
{
    CurveRaster raster;
    raster.setView(view(10, 1));
    raster.append(1, false, {{0, 10}, {0.505, 0.505}});
    raster.append(2, false, {{0, 10}, {0.505, 0.505}});
    const auto middle = [&raster] { return raster.image().pixel(100, 49); };
    raster.setStyles({{1, {red, false, 1, true}}, {2, {blue, false, 0, true}}});
    QCOMPARE(middle(), red);
    raster.setStyles({{1, {red, false, 0, true}}, {2, {blue, false, 1, true}}});
    QCOMPARE(middle(), blue);
}

void TestCurveRaster::aHighlightHasItsOwnColorAndPen()
{
    CurveRaster raster;
    raster.setView(view(10, 1));
    raster.append(1, false, {{0, 10}, {0.505, 0.505}});
    raster.append(2, false, {{0, 10}, {0.2, 0.2}});
    raster.setStyles({{1, {red, false, 0, true}}, {2, {red, false, 0, true}}});
    const QImage picture = raster.highlight({{1, blue}}, 3);
    QCOMPARE(picture.pixel(100, 49), blue);
    const auto [top, bottom] = painted(picture, 100);
    const auto [plainTop, plainBottom] = painted(raster.image(), 100);
    QVERIFY(top >= 0 && bottom - top == 2);
    QVERIFY(plainBottom - plainTop > 20);
    QCOMPARE(raster.highlight({{1}}, 3).pixel(100, 49), red); // its own
    const QImage haloed = raster.highlight({{1, {}, blue}}, 3);
    QCOMPARE(haloed.pixel(100, 49), red);
    QCOMPARE(haloed.pixel(100, 46), blue);
    QCOMPARE(haloed.pixel(100, 52), blue);
    raster.setStyles({{1, {red, false, 0, false}}});
    QCOMPARE(painted(raster.highlight({{1, blue}}, 3), 100).first, -1); // hidden
}

void TestCurveRaster::hiddenCurvesAreNeitherSeenNorHit()
{
    CurveRaster raster;
    raster.setView(view(10, 1));
    raster.append(1, false, {{0, 10}, {0.5, 0.5}});
    raster.setStyles({{1, {red, false, 0, false}}});
    QCOMPARE(painted(raster.image(), 100).first, -1);
    QVERIFY(!raster.nearest({100, 50}, 10));
}

void TestCurveRaster::aPointAloneIsADisc()
{
    CurveRaster raster;
    raster.setView(view(10, 1));
    raster.setStyles({{1, {red, true, 0, true}}}); // its column may be in a gap of the dashes
    const auto isDisc = [&raster](int column, int row) {
        const auto [top, bottom] = painted(raster.image(), column);
        return top < row && bottom > row && bottom - top >= 3 && bottom - top <= 6 &&
               painted(raster.image(), column - 1).first >= 0 &&
               painted(raster.image(), column + 1).first >= 0;
    };
    raster.append(1, false, {{2}, {0.5}});
    QVERIFY(isDisc(40, 50));
    QVERIFY(raster.nearest({42, 52}, 8));
    raster.append(1, false, {{4}, {NAN}});
    QVERIFY(isDisc(40, 50));
    raster.append(1, false, {{6}, {0.25}}); // a second one, after a gap
    QVERIFY(isDisc(40, 50) && isDisc(120, 75));
    raster.append(1, false, {{8}, {0.25}}); // a line leads on from it
    QVERIFY(isDisc(40, 50) && !isDisc(120, 75));

    CurveRaster whole; // drawn anew it is the same
    whole.setView(view(10, 1));
    whole.setStyles({{1, {red, true, 0, true}}});
    whole.append(1, false, {{2, 4, 6, 8}, {0.5, NAN, 0.25, 0.25}});
    QCOMPARE(whole.image(), raster.image());
    raster.append(1, true, {{5}, {0.5}}); // another run of it
    QVERIFY(isDisc(100, 50) && painted(raster.image(), 40).first == -1);
}

void TestCurveRaster::theSmallestPositiveValueIsExact()
{
    CurveRaster raster;
    Points points = noise(0, 100'000, 1);
    points.values[70'001] = 1e-9;
    points.values[50'003] = -1;
    raster.append(1, false, points);
    QCOMPARE(raster.range()->yPositive, 1e-9);
    raster.append(1, true, {{1, 2}, {0.5, 0.25}});
    QCOMPARE(raster.range()->yPositive, 0.25);
}

void TestCurveRaster::valuesThatAreNotFiniteAreNoRange()
{
    CurveRaster raster;
    QVERIFY(!raster.hasPoints());
    raster.append(1, false, {{1, 2}, {NAN, HUGE_VAL}});
    QVERIFY(raster.hasPoints() && !raster.range());
    Points points = noise(3, 100'000, 1);
    std::ranges::fill(points.values, NAN);
    points.values[70'001] = 0.5; // however seldom they are
    raster.append(1, false, points);
    QCOMPARE(raster.range()->yUsualHigh, 0.5);
    raster.setStyles({{1, {red, false, 0, false}}});
    QVERIFY(!raster.hasPoints() && !raster.range());
}

void TestCurveRaster::dashedCurvesHaveGaps()
{
    CurveRaster raster;
    raster.setView(view(10, 1));
    raster.append(1, false, {{0, 10}, {0.5, 0.5}});
    raster.setStyles({{1, {red, true, 0, true}}});
    int gaps = 0;
    for (int column = 0; column < 200; ++column)
        gaps += painted(raster.image(), column).first < 0;
    QVERIFY2(gaps > 40 && gaps < 120, qPrintable(QString::number(gaps)));
}

void TestCurveRaster::findsTheNearestPoint()
{
    CurveRaster raster;
    raster.setView(view(20, 1));
    raster.append(1, false, {{0, 10, 20}, {0.2, 0.2, 0.2}});
    raster.append(2, false, {{0, 10, 20}, {0.7, 0.8, 0.7}});
    raster.image();
    const auto hit = raster.nearest({96, 23}, 8);
    QVERIFY(hit);
    QCOMPARE(hit->key, 2);
    QCOMPARE(hit->step, 10U);
    QCOMPARE(hit->value, 0.8);
    QCOMPARE(hit->position.x(), 100.0);
    QVERIFY(!raster.nearest({100, 50}, 8));
    QCOMPARE(raster.nearest({100, 75}, 8)->key, 1);
}

void TestCurveRaster::logarithmicAxes()
{
    CurveRaster raster;
    raster.setView({{1, 10'000, true, 400}, {1e-4, 1, true, 400}, 1});
    Points points;
    for (std::int64_t step = 1; step <= 10'000; ++step) {
        points.steps.push_back(step);
        points.values.push_back(1.0 / step);
    }
    points.values[50] = 0; // has no place on a logarithmic axis
    raster.append(1, false, points);
    const QImage image = raster.image();
    for (int column = 200; column < 399; column += 10) // 1/x is a straight line here
        QVERIFY(std::abs(painted(image, column).first - column) <= 2);
}

void TestCurveRaster::rangeLeavesOutRareOutliers()
{
    CurveRaster raster;
    QVERIFY(!raster.range());
    Points points = noise(0, 5000, 2);
    points.values[17] = 1e9;
    points.values[18] = NAN;
    raster.append(1, false, points);
    const auto range = raster.range();
    QVERIFY(range);
    QCOMPARE(range->xHigh, 4999.0);
    QCOMPARE(range->yHigh, 1e9);
    QVERIFY(range->yUsualHigh < 1);
    QCOMPARE(range->yUsualLow, range->yLow);
}

void TestCurveRaster::pointsOutsideOfTheViewLeadInAndOut()
{
    CurveRaster raster;
    raster.setView({{10, 20, false, 100}, {0, 1, false, 100}, 1});
    raster.append(1, false, {{0, 30}, {0, 1}});
    const QImage image = raster.image();
    QVERIFY(std::abs(painted(image, 0).first - 66) <= 2);
    QVERIFY(std::abs(painted(image, 99).first - 33) <= 2);
}

WIDTHWISE_UI_TEST_MAIN(TestCurveRaster)
#include "tst_curve_raster.moc"
