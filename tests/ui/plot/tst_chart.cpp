// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/plot/chart.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace widthwise::ui;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

ChartSeries series(const QString& label, std::vector<ChartPoint> points)
{
    return {label,
            [](const Theme& theme) { return theme.width(0, 2); },
            ChartLine::Solid,
            ChartMarker::Disc,
            8,
            1.5,
            std::move(points)};
}

/// Two panels; x from 32 to 256, y with its bars from 0.5 to 4.
ChartData figure()
{
    ChartData data;
    data.x = {QStringLiteral("width"), ChartScale::Log2};
    data.y = {QStringLiteral("mean |x|"), ChartScale::Linear};
    ChartPanel left{QStringLiteral("SP")};
    left.series = {series(QStringLiteral("readout"), {{32, 1}, {64, 2}, {128, 3, {}, {{2, 4}}}})};
    left.marks = {{Qt::Vertical, 64, QStringLiteral("base"),
                   [](const Theme& theme) { return theme.color(Tone::Muted); }}};
    ChartPanel right{QStringLiteral("μP")};
    right.series = {
        series(QStringLiteral("readout"), {{32, 1}, {256, 0.5, {}, {}, QStringLiteral("the widest")}})};
    right.bands = {{Qt::Horizontal, 0.9, 1.1, [](const Theme& theme) { return theme.color(Tone::Good); }}};
    data.panels = {left, right};
    return data;
}

bool contains(const QImage& image, const QColor& color)
{
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y) == color)
                return true;
    return false;
}

} // namespace

class TestChart : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_chart.reset(); }
    void showsAllPointsAndBars();
    void aGivenRangeWins();
    void aLogarithmicAxisFitsWhatItHasAPlaceFor();
    void panelsAreZoomedTogether();
    void aZoomSurvivesNewDataOnTheSameAxes();
    void thePointerIsToldThePoint();
    void valuesThatHoldMakeSteps();
    void errorsMayBeAShade();
    void infiniteValuesStandAtTheTop();
    void followsTheTheme();
    void savesPixels();
    void savesVectors();
    void saysWhyItCannotSave();
    void isEmptyWithoutPanels();
    void withoutAPointThereAreNoAxes();
    void aDoubleClickShowsAllPoints();
    void theTipCoversNothingOfItsSeries();
    void theTipEndsWithWhatItTellsOf();

private:
    /// What is drawn in the middle of a chart of one line, x from 0 to 10 and y from 0 to 3.
    QImage middleOf(const ChartSeries& line);
    QWidget* canvas() { return m_chart->findChild<QWidget*>(QStringLiteral("canvas")); }
    QLabel* tip() { return m_chart->findChild<QLabel*>(QStringLiteral("chartTip")); }
    void zoom(QPoint from, QPoint to);
    /// Where the pointer finds something with this text.
    std::optional<QPoint> find(const QString& text, const QRect& in);

    std::unique_ptr<Chart> m_chart;
};

void TestChart::init()
{
    UiTest::init();
    Theme::instance().apply(Theme::Mode::Light);
    m_chart = std::make_unique<Chart>();
    m_chart->resize(800, 400);
    m_chart->setData(figure());
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    QTest::qWait(50);
}

void TestChart::zoom(QPoint from, QPoint to)
{
    QTest::mousePress(canvas(), Qt::LeftButton, {}, from);
    QTest::mouseMove(canvas(), (from + to) / 2);
    QTest::mouseMove(canvas(), to);
    QTest::mouseRelease(canvas(), Qt::LeftButton, {}, to);
}

std::optional<QPoint> TestChart::find(const QString& text, const QRect& in)
{
    for (int y = in.top(); y < in.bottom(); y += 6)
        for (int x = in.left(); x < in.right(); x += 6) {
            QMouseEvent move(QEvent::MouseMove, QPointF(x, y), canvas()->mapToGlobal(QPointF(x, y)),
                             Qt::NoButton, Qt::NoButton, {});
            QApplication::sendEvent(canvas(), &move);
            if (tip()->isVisible() && tip()->text() == text)
                return QPoint(x, y);
        }
    return {};
}

void TestChart::showsAllPointsAndBars()
{
    const QRectF range = m_chart->shownRange();
    QVERIFY(range.left() < 32 && range.left() > 20);
    QVERIFY(range.right() > 256 && range.right() < 400);
    QVERIFY(range.top() < 0.5 && range.top() > 0);
    QVERIFY(range.bottom() > 4 && range.bottom() < 5);
}

void TestChart::aGivenRangeWins()
{
    ChartData data = figure();
    data.y.range = {{1, 2}};
    m_chart->setData(data);
    QCOMPARE(m_chart->shownRange().top(), 1.0);
    QCOMPARE(m_chart->shownRange().bottom(), 2.0);
    QVERIFY(m_chart->shownRange().right() > 256);
}

void TestChart::aLogarithmicAxisFitsWhatItHasAPlaceFor()
{
    ChartData data = figure();
    data.y.scale = ChartScale::Log10;
    data.panels[0].series[0].points.push_back({256, -5});
    data.panels[0].series[0].points.push_back({512, 0});
    m_chart->setData(data);
    QVERIFY(m_chart->shownRange().top() > 0.3);
    QVERIFY(m_chart->shownRange().bottom() > 4);
    QVERIFY(m_chart->shownRange().right() > 512);
}

void TestChart::panelsAreZoomedTogether()
{
    const QRectF before = m_chart->shownRange();
    zoom({560, 150}, {600, 250}); // in the right panel; the left one is asked
    const QRectF after = m_chart->shownRange();
    QVERIFY(after.width() < before.width() / 2);
    QVERIFY(after.height() < before.height() / 2);
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, {580, 200});
    QCOMPARE(m_chart->shownRange(), before);
}

void TestChart::aZoomSurvivesNewDataOnTheSameAxes()
{
    const QRectF before = m_chart->shownRange();
    zoom({150, 150}, {250, 250});
    const QRectF zoomed = m_chart->shownRange();
    QVERIFY(zoomed != before);
    ChartData data = figure();
    data.panels[0].series[0].points.push_back({512, 3});
    m_chart->setData(data);
    QCOMPARE(m_chart->shownRange(), zoomed);
    data.y.scale = ChartScale::Log2;
    m_chart->setData(data);
    QVERIFY(m_chart->shownRange().right() > 512);
}

void TestChart::thePointerIsToldThePoint()
{
    const QRect right(400, 0, 300, 400);
    QVERIFY(find(QStringLiteral("the widest"), right));
    QVERIFY(find(QStringLiteral("readout\n32 · 1"), right));
    QTest::mouseMove(canvas(), {2, 2});
    QVERIFY(!find(QStringLiteral("the widest"), QRect(0, 0, 380, 400)));
}

QImage TestChart::middleOf(const ChartSeries& line)
{
    ChartData data;
    data.x.range = std::pair(0.0, 10.0);
    data.y.range = std::pair(0.0, 3.0);
    data.panels.emplace_back().series = {line};
    m_chart->setData(data);
    QTest::qWait(50);
    const QImage image = m_chart->grab().toImage();
    return image.copy(QRect(image.rect().center() - QPoint(20, 20), QSize(41, 41)));
}

void TestChart::valuesThatHoldMakeSteps()
{
    ChartSeries line = series({}, {{0, 0.2}, {10, 2.8}});
    line.penWidth = 4;
    const QColor color = line.color(Theme::instance());
    QVERIFY(contains(middleOf(line), color));
    line.held = true;
    QVERIFY(!contains(middleOf(line), color));
}

void TestChart::errorsMayBeAShade()
{
    ChartSeries line = series({}, {{0, 0.2, {}, {{0.1, 2.9}}}, {10, 0.2, {}, {{0.1, 2.9}}}});
    const QColor ground = Theme::instance().color(Tone::Surface);
    QVERIFY(contains(middleOf(line), ground));
    line.shaded = true;
    QVERIFY(!contains(middleOf(line), ground));
}

void TestChart::infiniteValuesStandAtTheTop()
{
    ChartData data = figure();
    data.panels[0].series[0].points.push_back({256, infinity, {}, {}, QStringLiteral("diverged")});
    data.panels[0].series.push_back(
        series(QStringLiteral("other"), {{256, infinity, {}, {}, QStringLiteral("diverged too")}}));
    m_chart->setData(data);
    QVERIFY(m_chart->shownRange().bottom() > 4.4); // room for it
    QTest::qWait(50);
    const auto first = find(QStringLiteral("diverged"), QRect(200, 0, 180, 100));
    QVERIFY(first);
    const auto second = find(QStringLiteral("diverged too"), QRect(200, 0, 180, 100));
    QVERIFY(second);
    QVERIFY(second->y() > first->y());
}

void TestChart::followsTheTheme()
{
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        Theme::instance().apply(mode);
        QTest::qWait(50);
        const QImage image = m_chart->grab().toImage();
        QVERIFY(contains(image, Theme::instance().width(0, 2)));
        QCOMPARE(image.pixelColor(1, 1), Theme::instance().color(Tone::Surface));
    }
}

void TestChart::savesPixels()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("figure.png"));
    QCOMPARE(m_chart->save(file, {500, 300}), QString());
    const QImage image(file);
    QCOMPARE(image.size(), QSize(1000, 600));
    QVERIFY(contains(image, Theme::instance().width(0, 2)));
}

void TestChart::savesVectors()
{
    const QTemporaryDir folder;
    const QString svg = folder.filePath(QStringLiteral("figure.svg"));
    QCOMPARE(m_chart->save(svg), QString());
    QFile text(svg);
    QVERIFY(text.open(QIODevice::ReadOnly));
    const QByteArray drawing = text.readAll();
    QVERIFY(drawing.contains("mean |x|") && drawing.contains("readout"));
    QVERIFY(!drawing.contains("<image"));

    const QString pdf = folder.filePath(QStringLiteral("figure.PDF"));
    QCOMPARE(m_chart->save(pdf), QString());
    QFile document(pdf);
    QVERIFY(document.open(QIODevice::ReadOnly));
    const QByteArray page = document.readAll();
    QVERIFY(page.startsWith("%PDF"));
    QVERIFY(!page.contains("/Subtype /Image"));
}

void TestChart::saysWhyItCannotSave()
{
    const QTemporaryDir folder;
    QVERIFY(m_chart->save(folder.filePath(QStringLiteral("figure.gif"))).contains(QStringLiteral(".svg")));
    for (const QString& kind : {QStringLiteral("png"), QStringLiteral("svg"), QStringLiteral("pdf")}) {
        const QString path = folder.filePath(QStringLiteral("none/figure.") + kind);
        QVERIFY2(m_chart->save(path).contains(path), qPrintable(kind));
    }
}

void TestChart::isEmptyWithoutPanels()
{
    m_chart->setData({});
    QVERIFY(m_chart->shownRange().isNull());
    m_chart->fit();
    QTest::qWait(20);
    m_chart->setData(figure());
    QVERIFY(m_chart->shownRange().right() > 256);
}

void TestChart::withoutAPointThereAreNoAxes()
{
    auto* said = m_chart->findChild<QLabel*>(QStringLiteral("plotEmpty"));
    QVERIFY(said->isHidden());
    ChartData data = figure();
    for (ChartPanel& panel : data.panels)
        panel.series[0].points.clear();
    data.panels[0].series[0].points = {{32, std::numeric_limits<double>::quiet_NaN()}};
    m_chart->setData(data);
    QTest::qWait(50);
    QVERIFY(said->isVisible());
    QCOMPARE(said->text(), QStringLiteral("waiting for the first value"));
    said->setText({});
    const QImage image = canvas()->grab().toImage();
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2)
            QCOMPARE(image.pixelColor(x, y), Theme::instance().color(Tone::Surface));
    data.emptyText = QStringLiteral("nothing");
    m_chart->setData(data);
    QCOMPARE(said->text(), QStringLiteral("nothing"));
    m_chart->setData(figure());
    QVERIFY(said->isHidden());
}

void TestChart::aDoubleClickShowsAllPoints()
{
    ChartData data = figure();
    data.y.range = {{0.9, 2}};
    data.x.range = {{40, 100}};
    m_chart->setData(data);
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, {580, 200});
    QVERIFY(m_chart->shownRange().bottom() > 4 && m_chart->shownRange().right() > 256);
    m_chart->setData(data); // also with the next data
    QVERIFY(m_chart->shownRange().bottom() > 4);
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, {580, 200});
    QCOMPARE(m_chart->shownRange().bottom(), 2.0);
    zoom({560, 150}, {600, 250});
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, {580, 200});
    QVERIFY(m_chart->shownRange().bottom() > 4);
}

void TestChart::theTipCoversNothingOfItsSeries()
{
    ChartData data;
    data.panels.resize(1);
    std::vector<ChartPoint> points;
    for (int i = 0; i <= 20; ++i)
        points.push_back(
            {double(i), std::abs(i - 10.0), {}, {}, QStringLiteral("point %1\nof a valley").arg(i)});
    data.panels[0].series = {series({}, points)};
    m_chart->setData(data);
    QTest::qWait(50);
    const QColor color = Theme::instance().width(0, 2);
    for (const int i : {0, 3, 10, 14, 20}) {
        const QString text = points[std::size_t(i)].tip;
        QVERIFY2(find(text, canvas()->rect()), qPrintable(text));
        const QRect box = tip()->geometry();
        QVERIFY(canvas()->rect().contains(box));
        tip()->hide();
        QVERIFY2(!contains(canvas()->grab(box).toImage(), color), qPrintable(text));
    }
}

void TestChart::theTipEndsWithWhatItTellsOf()
{
    const QRect right(400, 0, 300, 400);
    QVERIFY(find(QStringLiteral("the widest"), right));
    m_chart->setData(figure());
    QVERIFY(tip()->isHidden());
    QVERIFY(find(QStringLiteral("the widest"), right));
    zoom({560, 150}, {600, 250});
    QVERIFY(tip()->isHidden());
    m_chart->fit();
    QTest::qWait(50);
    QVERIFY(find(QStringLiteral("the widest"), right));
    m_chart->hide();
    m_chart->show();
    QVERIFY(tip()->isHidden());
}

WIDTHWISE_UI_TEST_MAIN(TestChart)
#include "tst_chart.moc"
