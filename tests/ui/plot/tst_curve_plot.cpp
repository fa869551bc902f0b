// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/plot/curve_plot.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <limits>
#include <random>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

SeriesUpdatePtr line(int key, std::int64_t first, std::int64_t last, double value, bool complete = false)
{
    auto update = std::make_shared<SeriesUpdate>();
    update->complete = complete;
    CurvePoints curve{key, false, {}};
    for (std::int64_t step = first; step <= last; ++step) {
        curve.points.steps.push_back(step);
        curve.points.values.push_back(value);
    }
    update->curves.push_back(curve);
    return update;
}

SeriesUpdatePtr curve(int key, const std::function<double(int)>& valueAt, int count = 1000)
{
    auto update = std::make_shared<SeriesUpdate>();
    update->complete = true;
    CurvePoints curve{key, false, {}};
    for (int step = 0; step < count; ++step) {
        curve.points.steps.push_back(step);
        curve.points.values.push_back(valueAt(step));
    }
    update->curves.push_back(curve);
    return update;
}

int countOf(const QImage& image, QRgb color, const QRect& area)
{
    int count = 0;
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x)
            count += image.pixel(x, y) == color ? 1 : 0;
    return count;
}

} // namespace

class TestCurvePlot : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_plot.reset(); }
    void followsTheData();
    void aStepAloneStandsOffTheEdges();
    void zoomSurvivesUpdates();
    void aDoubleClickShowsEverythingAgain();
    void aClickSelectsTheNearestCurve();
    void logarithmicAxesFitThePositiveData();
    void nothingIsDrawnWhileHidden();
    void aLevelCurveIsDrawnOnce();
    void withoutAValueThereAreNoAxes();
    void allPointsMeansAllPoints();
    void theTipCoversNothingOfItsCurve_data();
    void theTipCoversNothingOfItsCurve();
    void theTipEndsWithWhatItTellsOf();
    void hoverAndSelectionLookDifferent();

private:
    void waitForPicture();
    QWidget* canvas() { return m_plot->findChild<QWidget*>(QStringLiteral("canvas")); }
    QPoint centre() { return canvas()->rect().center(); }
    QLabel* tip() { return m_plot->findChild<QLabel*>(QStringLiteral("curveTip")); }
    QLabel* empty() { return m_plot->findChild<QLabel*>(QStringLiteral("plotEmpty")); }
    void movePointer(const QPoint& to);
    /// Moves the pointer down a column until there is a tip.
    QPoint pointAtCurve(int x);

    std::unique_ptr<CurvePlot> m_plot;
};

void TestCurvePlot::init()
{
    UiTest::init();
    m_plot = std::make_unique<CurvePlot>();
    m_plot->resize(600, 400);
    m_plot->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
    m_plot->append(line(1, 0, 100, 1, true));
    m_plot->append(line(2, 0, 100, 2));
    QTRY_VERIFY(m_plot->shownRange().right() >= 100 && m_plot->shownRange().right() < 200);
    waitForPicture();
}

void TestCurvePlot::waitForPicture()
{
    QSignalSpy shown(m_plot.get(), &CurvePlot::shown);
    while (shown.wait(100))
        ;
}

void TestCurvePlot::followsTheData()
{
    QVERIFY(m_plot->follows());
    m_plot->append(line(1, 101, 5000, 3));
    QTRY_VERIFY(m_plot->shownRange().right() >= 5000);
    QVERIFY(m_plot->shownRange().bottom() >= 3);
}

void TestCurvePlot::aStepAloneStandsOffTheEdges()
{
    m_plot->clear();
    m_plot->append(line(1, 600, 600, 1, true));
    QTRY_VERIFY(m_plot->shownRange().left() > 200 && m_plot->shownRange().left() < 500);
    QVERIFY(m_plot->shownRange().right() > 700);
}

void TestCurvePlot::zoomSurvivesUpdates()
{
    QSignalSpy follows(m_plot.get(), &CurvePlot::followsChanged);
    const QRectF before = m_plot->shownRange();
    QTest::mousePress(canvas(), Qt::LeftButton, {}, centre() - QPoint(60, 40));
    QTest::mouseMove(canvas(), centre());
    QTest::mouseMove(canvas(), centre() + QPoint(60, 40));
    QTest::mouseRelease(canvas(), Qt::LeftButton, {}, centre() + QPoint(60, 40));
    const QRectF zoomed = m_plot->shownRange();
    QVERIFY(zoomed.width() < before.width() / 2);
    QVERIFY(!m_plot->follows());
    QCOMPARE(follows.size(), 1);

    m_plot->append(line(1, 101, 9000, 50));
    waitForPicture();
    QCOMPARE(m_plot->shownRange(), zoomed);
    m_plot->setFollows(true);
    QTRY_VERIFY(m_plot->shownRange().right() >= 9000);
}

void TestCurvePlot::aDoubleClickShowsEverythingAgain()
{
    QWheelEvent wheel(QPointF(centre()), canvas()->mapToGlobal(QPointF(centre())), {}, {0, 480}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas(), &wheel);
    QVERIFY(!m_plot->follows());
    QVERIFY(m_plot->shownRange().right() < 100);
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, centre());
    QVERIFY(m_plot->follows());
    QTRY_VERIFY(m_plot->shownRange().right() >= 100);
}

void TestCurvePlot::aClickSelectsTheNearestCurve()
{
    m_plot->setDescription([](int key) { return QStringLiteral("curve %1").arg(key); });
    QSignalSpy selected(m_plot.get(), &CurvePlot::selectedByHand);
    // The upper curve lies at 5 % below the top of the axes.
    QPoint onCurve = centre();
    for (int y = 5; y < canvas()->height() / 2 && !tip()->isVisible(); y += 4) {
        onCurve.setY(y);
        movePointer(onCurve);
    }
    QVERIFY(tip()->isVisible());
    QVERIFY2(tip()->text().startsWith(QStringLiteral("curve 2\nstep ")), qPrintable(tip()->text()));
    QTest::mouseClick(canvas(), Qt::LeftButton, {}, onCurve);
    QCOMPARE(selected.size(), 1);
    QCOMPARE(selected.front().front().toInt(), 2);
    QCOMPARE(m_plot->selected(), 2);
    QVERIFY(m_plot->follows()); // a click is no zoom
}

void TestCurvePlot::logarithmicAxesFitThePositiveData()
{
    m_plot->append(line(3, 0, 50, 1e-4));
    m_plot->append(line(4, 0, 50, -3));
    waitForPicture();
    m_plot->setLogY(true);
    QVERIFY(m_plot->logY());
    QVERIFY(m_plot->shownRange().top() > 0);
    QVERIFY(m_plot->shownRange().top() <= 1e-4);
    m_plot->setLogX(true);
    QVERIFY(m_plot->shownRange().left() > 0);
    waitForPicture();
    m_plot->setLogY(false);
    QVERIFY(m_plot->shownRange().top() <= -3);
}

void TestCurvePlot::nothingIsDrawnWhileHidden()
{
    QSignalSpy shown(m_plot.get(), &CurvePlot::shown);
    m_plot->hide();
    m_plot->append(line(1, 101, 300, 1));
    QTest::qWait(150);
    QCOMPARE(shown.size(), 0);
    m_plot->show();
    QTRY_VERIFY(shown.size() > 0);
    QTRY_VERIFY(m_plot->shownRange().right() >= 300);
}

/// The renderer answers in order: after the third picture from now on it has looked at the place, for at most
/// two were on their way.
void TestCurvePlot::movePointer(const QPoint& to)
{
    QMouseEvent move(QEvent::MouseMove, to, canvas()->mapToGlobal(to), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(canvas(), &move);
    QSignalSpy shown(m_plot.get(), &CurvePlot::shown);
    for (int picture = 1; picture <= 3; ++picture) {
        m_plot->select(m_plot->selected());
        QTRY_VERIFY(shown.size() >= picture);
    }
}

QPoint TestCurvePlot::pointAtCurve(int x)
{
    QPoint at(x, 5);
    for (; at.y() < canvas()->height() && !tip()->isVisible(); at.ry() += 6)
        movePointer(at);
    return at;
}

void TestCurvePlot::aLevelCurveIsDrawnOnce()
{
    m_plot->append(line(1, 0, 100, 1, true));
    QSignalSpy shown(m_plot.get(), &CurvePlot::shown);
    QTest::qWait(500);
    QVERIFY2(shown.size() < 10, qPrintable(QString::number(shown.size())));
}

void TestCurvePlot::withoutAValueThereAreNoAxes()
{
    CurvePlot fresh;
    fresh.resize(600, 400);
    fresh.show();
    auto* said = fresh.findChild<QLabel*>(QStringLiteral("plotEmpty"));
    auto* area = fresh.findChild<QWidget*>(QStringLiteral("canvas"));
    QTRY_VERIFY(said->isVisible());
    QCOMPARE(said->text(), QStringLiteral("waiting for the first value"));
    const auto ink = [&] {
        const QImage image = area->grab().toImage();
        const QRgb ground = Theme::instance().color(Tone::Surface).rgb();
        return image.width() * image.height() - countOf(image, ground, image.rect());
    };
    said->setText({});
    QCOMPARE(ink(), 0);
    QTest::mousePress(area, Qt::LeftButton, {}, {100, 100}); // there is nothing to zoom into
    QTest::mouseMove(area, {200, 150});
    QTest::mouseMove(area, {300, 200});
    QTest::mouseRelease(area, Qt::LeftButton, {}, {300, 200});
    QVERIFY(fresh.follows());

    fresh.append(curve(1, [](int) { return std::numeric_limits<double>::quiet_NaN(); }));
    QTRY_COMPARE(said->text(), QStringLiteral("no finite value so far"));
    QVERIFY(said->isVisible());
    fresh.append(line(2, 0, 10, 1));
    QTRY_VERIFY(said->isHidden());
    QTRY_VERIFY(ink() > 0);
    fresh.clear();
    QTRY_VERIFY(said->isVisible());
    QTRY_VERIFY((said->setText({}), ink()) == 0);
    fresh.setEmptyText(QStringLiteral("none"));
    QCOMPARE(said->text(), QStringLiteral("none"));
}

void TestCurvePlot::allPointsMeansAllPoints()
{
    m_plot->append(curve(1, [](int step) { return step == 500 ? 1e6 : 1 + 1e-3 * step; }));
    waitForPicture();
    QVERIFY(m_plot->shownRange().bottom() < 10); // it follows without the rare outlier
    m_plot->fit();
    QVERIFY(m_plot->shownRange().bottom() >= 1e6);
    m_plot->append(line(1, 1000, 1100, 2)); // and goes on showing all
    waitForPicture();
    QVERIFY(m_plot->shownRange().bottom() >= 1e6);
    QVERIFY(m_plot->shownRange().right() >= 1100);
    m_plot->setFollows(false);
    m_plot->setFollows(true);
    QVERIFY(m_plot->shownRange().bottom() < 10);
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, centre());
    QVERIFY(m_plot->follows());
    waitForPicture();
    QVERIFY(m_plot->shownRange().bottom() >= 1e6);
}

void TestCurvePlot::theTipCoversNothingOfItsCurve_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("rising") << 0;
    QTest::newRow("falling") << 1;
    QTest::newRow("a valley") << 2;
    QTest::newRow("waves") << 3;
    QTest::newRow("noise all over") << 4;
}

void TestCurvePlot::theTipCoversNothingOfItsCurve()
{
    QFETCH(int, kind);
    std::mt19937 random(1);
    std::uniform_real_distribution<double> noise(0, 1);
    m_plot->setStyles({{1, {0xffff0000, false, 0, true}}});
    m_plot->setDescription([](int) { return QStringLiteral("trial 7 · max_lr 0.001 · width 64"); });
    m_plot->append(curve(1, [&](int step) {
        const double t = step / 1000.0;
        return kind == 0   ? t
               : kind == 1 ? 1 - t
               : kind == 2 ? std::abs(t - 0.5)
               : kind == 3 ? std::sin(40 * t)
                           : noise(random);
    }));
    waitForPicture();
    for (const int x : {90, 300, 560}) {
        pointAtCurve(x);
        QVERIFY(tip()->isVisible());
        QVERIFY(canvas()->rect().contains(tip()->geometry()));
        const QRect box = tip()->geometry();
        waitForPicture(); // of the curve that stands out
        tip()->hide();
        QCOMPARE(countOf(canvas()->grab().toImage(), 0xffff0000, box), 0);
        movePointer({2, 2});
        QVERIFY(tip()->isHidden());
    }
}

void TestCurvePlot::theTipEndsWithWhatItTellsOf()
{
    const QPoint at = pointAtCurve(centre().x());
    QVERIFY(tip()->isVisible());
    m_plot->clear();
    QVERIFY(tip()->isHidden());
    m_plot->append(line(1, 0, 100, 1, true));
    waitForPicture();
    QVERIFY(tip()->isHidden()); // until the pointer moves again

    pointAtCurve(centre().x());
    QVERIFY(tip()->isVisible());
    m_plot->append(line(5, 0, 100, 1, true)); // other curves in the same place
    QTRY_VERIFY(tip()->isHidden());
    pointAtCurve(at.x());
    QVERIFY(tip()->isVisible());
    m_plot->setStyles({{5, {0xffff0000, false, 0, false}}}); // filtered away
    QTRY_VERIFY(tip()->isHidden());
    m_plot->setStyles({});
    waitForPicture();
    pointAtCurve(at.x());
    QVERIFY(tip()->isVisible());
    m_plot->hide();
    m_plot->show();
    QVERIFY(tip()->isHidden());
}

void TestCurvePlot::hoverAndSelectionLookDifferent()
{
    constexpr QRgb red = 0xffff0000;
    const QRgb text = Theme::instance().color(Tone::Text).rgb();
    m_plot->setStyles({{2, {red, false, 0, true}}});
    waitForPicture();
    const QRect curves = canvas()->rect().adjusted(120, 0, -20, -60);
    const auto inkOf = [&](QRgb color) {
        waitForPicture();
        tip()->hide();
        return countOf(canvas()->grab().toImage(), color, curves);
    };
    const int thin = inkOf(red);
    QCOMPARE(inkOf(text), 0);
    pointAtCurve(centre().x());
    QVERIFY(inkOf(red) > 2 * thin); // its own colour, thick
    QVERIFY(inkOf(text) < 100);     // but for the point
    movePointer({2, 2});
    m_plot->select(2);
    QVERIFY(inkOf(text) > 2 * thin);
}

WIDTHWISE_UI_TEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
