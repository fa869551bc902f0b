// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/plot/curve_plot.h"

#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

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

private:
    void waitForPicture();
    QWidget* canvas() { return m_plot->findChild<QWidget*>(QStringLiteral("canvas")); }
    QPoint centre() { return canvas()->rect().center(); }

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
    auto* tip = m_plot->findChild<QLabel*>(QStringLiteral("curveTip"));
    for (int y = 5; y < canvas()->height() / 2 && !tip->isVisible(); y += 4) {
        onCurve.setY(y);
        QMouseEvent move(QEvent::MouseMove, onCurve, canvas()->mapToGlobal(onCurve), Qt::NoButton,
                         Qt::NoButton, {});
        QApplication::sendEvent(canvas(), &move);
        QTest::qWait(50);
    }
    QVERIFY(tip->isVisible());
    QVERIFY2(tip->text().startsWith(QStringLiteral("curve 2\nstep ")), qPrintable(tip->text()));
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

WIDTHWISE_UI_TEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
