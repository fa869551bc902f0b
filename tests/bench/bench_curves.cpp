// SPDX-License-Identifier: GPL-3.0-or-later
// 100 live curves of 10,000 noisy points at 1200 x 800: our raster against stock QCustomPlot, and against
// what memory and blitting alone cost. CPU time of the calling thread.
#include "report.h"
#include "ui/plot/curve_raster.h"

#include <QApplication>
#include <QPainter>

#include <qcustomplot.h>

#include <ctime>
#include <random>

using namespace widthwise;
using namespace widthwise::bench;
using namespace widthwise::ui;

namespace {

constexpr int curves = 100;
constexpr int points = 10'000;
constexpr int width = 1200;
constexpr int height = 800;
constexpr int frames = 30;

double cpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) * 1e-6;
}

template <class Body>
double median(const Body& body)
{
    Sample sample;
    for (int frame = 0; frame < frames; ++frame) {
        const double start = cpuMilliseconds();
        body(frame);
        sample.add(cpuMilliseconds() - start);
    }
    return sample.median();
}

double valueAt(int curve, int step, std::mt19937& random)
{
    std::normal_distribution<double> noise(0, 0.05);
    return 0.3 + 0.002 * curve + std::exp(-3.0 * step / points) + noise(random);
}

double blitFloor()
{
    QImage target(width, height, QImage::Format_ARGB32_Premultiplied);
    QImage picture(width, height, QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    return median([&](int) {
        target.fill(Qt::white);
        QPainter(&target).drawImage(0, 0, picture);
        use(target.constBits()[0]);
    });
}

void fill(CurveRaster& raster, int first, int last, std::mt19937& random)
{
    for (int curve = 0; curve < curves; ++curve) {
        Points more;
        for (int step = first; step < last; ++step) {
            more.steps.push_back(std::int64_t(step));
            more.values.push_back(valueAt(curve, step, random));
        }
        raster.append(curve, false, more);
    }
}

std::map<int, CurveStyle> styles()
{
    std::map<int, CurveStyle> styles;
    for (int curve = 0; curve < curves; ++curve)
        styles[curve] = {QColor::fromHsv(curve * 3, 200, 180).rgb(), false, 0, true};
    return styles;
}

struct Times {
    double append = 0;
    double rebuild = 0;
};

Times raster(double scale)
{
    std::mt19937 random(1);
    CurveRaster raster;
    raster.setStyles(styles());
    PlotView view{
        {0, points * 1.25, false, int(width * scale)}, {0, 1.8, false, int(height * scale)}, 1.2 * scale};
    raster.setView(view);
    fill(raster, 0, points, random);
    raster.image();
    Times times;
    times.append = median([&](int frame) {
        fill(raster, points + frame, points + frame + 1, random);
        use(raster.image().constBits()[0]);
    });
    times.rebuild = median([&](int frame) {
        view.x.high = points * (1.25 + 0.001 * frame);
        raster.setView(view);
        use(raster.image().constBits()[0]);
    });
    return times;
}

Times stock()
{
    std::mt19937 random(1);
    QCustomPlot plot;
    plot.resize(width, height);
    plot.xAxis->setRange(0, points * 1.25);
    plot.yAxis->setRange(0, 1.8);
    for (int curve = 0; curve < curves; ++curve) {
        QCPGraph* graph = plot.addGraph();
        graph->setPen(QPen(QColor::fromHsv(curve * 3, 200, 180), 1));
        for (int step = 0; step < points; ++step)
            graph->addData(step, valueAt(curve, step, random));
    }
    plot.replot(QCustomPlot::rpImmediateRefresh);
    Times times;
    times.append = median([&](int frame) {
        for (int curve = 0; curve < curves; ++curve)
            plot.graph(curve)->addData(points + frame, valueAt(curve, points + frame, random));
        plot.replot(QCustomPlot::rpImmediateRefresh);
    });
    times.rebuild = median([&](int frame) {
        plot.xAxis->setRange(0, points * (1.25 + 0.001 * frame));
        plot.replot(QCustomPlot::rpImmediateRefresh);
    });
    return times;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const double floor = blitFloor();
    const Times peer = stock();
    const Times ours = raster(1);
    const Times fine = raster(2);
    report({"append a point to each of 100 curves", ours.append, "ms", Reference{"QCustomPlot", peer.append},
            ratioAtMost(0.1)});
    report({"redraw 100 curves of 10,000 points", ours.rebuild, "ms", Reference{"QCustomPlot", peer.rebuild},
            ratioAtMost(0.15)});
    report({"the same at twice the resolution: one frame", fine.rebuild, "ms", lateness(), atMost(15)});
    report({"what the window's thread does per frame", floor, "ms", lateness()});
    return 0;
}
