// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/chart_drawing.h"

#include "ui/plot/plot_look.h"
#include "ui/theme/theme.h"

#include <qcustomplot.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace widthwise::ui {

namespace {

constexpr int shadeAlpha = 36; ///< of 255
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

QCPAxis& xAxis(QCPAxisRect& rect)
{
    return *rect.axis(QCPAxis::atBottom);
}

QCPAxis& yAxis(QCPAxisRect& rect)
{
    return *rect.axis(QCPAxis::atLeft);
}

QCPScatterStyle::ScatterShape shapeOf(ChartMarker marker)
{
    switch (marker) {
    case ChartMarker::None:
        return QCPScatterStyle::ssNone;
    case ChartMarker::Disc:
        return QCPScatterStyle::ssDisc;
    case ChartMarker::Square:
        return QCPScatterStyle::ssSquare;
    case ChartMarker::Diamond:
        return QCPScatterStyle::ssDiamond;
    case ChartMarker::Triangle:
        return QCPScatterStyle::ssTriangle;
    case ChartMarker::TriangleDown:
        return QCPScatterStyle::ssTriangleInverted;
    case ChartMarker::Circle:
        return QCPScatterStyle::ssCircle;
    case ChartMarker::Cross:
        return QCPScatterStyle::ssCross;
    case ChartMarker::Plus:
        return QCPScatterStyle::ssPlus;
    case ChartMarker::Star:
        return QCPScatterStyle::ssStar;
    }
    Q_UNREACHABLE();
}

QCPScatterStyle scatterOf(const ChartSeries& series, const QColor& color)
{
    const bool open = series.marker == ChartMarker::Circle;
    return {shapeOf(series.marker), QPen(color, 1.2),
            open ? QBrush(Theme::instance().color(Tone::Surface)) : QBrush(color), series.size};
}

QPen linePen(const ChartSeries& series, const QColor& color)
{
    QPen pen(color, series.penWidth);
    if (series.line == ChartLine::Dashed)
        pen.setDashPattern({5, 3});
    else if (series.line == ChartLine::Dotted)
        pen.setDashPattern({1, 2.5});
    return pen;
}

QCPGraph::LineStyle lineStyleOf(const ChartSeries& series)
{
    if (series.line == ChartLine::None)
        return QCPGraph::lsNone;
    return series.held ? QCPGraph::lsStepLeft : QCPGraph::lsLine;
}

QCPGraph* drawPoints(QCPAxisRect& rect, const ChartSeries& series, const QColor& color)
{
    auto* graph = new QCPGraph(&xAxis(rect), &yAxis(rect));
    QVector<double> x, y;
    for (const ChartPoint& point : series.points) {
        const bool placed = std::isfinite(point.y) && (point.y > 0 || !isLogarithmic(yAxis(rect)));
        x.append(point.x);
        y.append(placed ? point.y : nothing);
    }
    graph->setData(x, y, true);
    graph->setName(series.label);
    graph->setPen(linePen(series, color));
    graph->setLineStyle(lineStyleOf(series));
    graph->setScatterStyle(scatterOf(series, color));
    if (series.mostMarkers > 0)
        graph->setScatterSkip(int(series.points.size()) / series.mostMarkers);
    return graph;
}

/// One end of the errors of y.
QCPGraph* drawEdge(QCPAxisRect& rect, const ChartSeries& series, double std::pair<double, double>::*end)
{
    auto* edge = new QCPGraph(&xAxis(rect), &yAxis(rect));
    edge->setLayer(QStringLiteral("background"));
    QVector<double> x, y;
    for (const ChartPoint& point : series.points) {
        x.append(point.x);
        y.append(point.yError ? (*point.yError).*end : nothing);
    }
    edge->setData(x, y, true);
    edge->setPen(Qt::NoPen);
    edge->setLineStyle(lineStyleOf(series));
    return edge;
}

void drawShade(QCPAxisRect& rect, const ChartSeries& series, QColor color)
{
    color.setAlpha(shadeAlpha);
    QCPGraph* upper = drawEdge(rect, series, &std::pair<double, double>::second);
    upper->setChannelFillGraph(drawEdge(rect, series, &std::pair<double, double>::first));
    upper->setBrush(color);
}

using ErrorOf = std::optional<std::pair<double, double>> ChartPoint::*;

void drawErrors(QCPGraph& graph, const ChartSeries& series, ErrorOf error, double ChartPoint::*value,
                QCPErrorBars::ErrorType type, const QColor& color)
{
    QVector<double> below, above;
    bool any = false;
    for (const ChartPoint& point : series.points) {
        const auto& ends = point.*error;
        any = any || ends;
        below.append(ends ? point.*value - ends->first : nothing);
        above.append(ends ? ends->second - point.*value : nothing);
    }
    if (!any)
        return;
    auto* bars = new QCPErrorBars(graph.keyAxis(), graph.valueAxis());
    bars->setDataPlottable(&graph);
    bars->setErrorType(type);
    bars->setData(below, above);
    bars->setPen(QPen(color, 1.2));
    bars->setWhiskerWidth(series.size);
    bars->setSymbolGap(0);
}

/// Signs at the same x hang below each other.
QCPItemText* drawInfinity(QCPAxisRect& rect, double x, int rank, const QColor& color)
{
    auto* sign = new QCPItemText(rect.parentPlot());
    sign->setClipAxisRect(&rect);
    sign->position->setAxes(&xAxis(rect), &yAxis(rect));
    sign->position->setAxisRect(&rect);
    sign->position->setTypeX(QCPItemPosition::ptPlotCoords);
    sign->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    sign->position->setCoords(x, 0.03 + 0.035 * rank);
    sign->setPositionAlignment(Qt::AlignCenter);
    sign->setText(QStringLiteral("∞"));
    sign->setFont(Theme::instance().strong());
    sign->setColor(color);
    return sign;
}

QCPItemPosition& across(QCPItemPosition& position, QCPAxisRect& rect, Qt::Orientation orientation)
{
    const bool upright = orientation == Qt::Vertical;
    position.setAxes(&xAxis(rect), &yAxis(rect));
    position.setAxisRect(&rect);
    position.setTypeX(upright ? QCPItemPosition::ptPlotCoords : QCPItemPosition::ptAxisRectRatio);
    position.setTypeY(upright ? QCPItemPosition::ptAxisRectRatio : QCPItemPosition::ptPlotCoords);
    return position;
}

void drawBand(QCPAxisRect& rect, const ChartBand& band)
{
    const bool upright = band.orientation == Qt::Vertical;
    auto* item = new QCPItemRect(rect.parentPlot());
    item->setLayer(QStringLiteral("background"));
    item->setClipAxisRect(&rect);
    across(*item->topLeft, rect, band.orientation).setCoords(upright ? band.low : 0, upright ? 0 : band.high);
    across(*item->bottomRight, rect, band.orientation)
        .setCoords(upright ? band.high : 1, upright ? 1 : band.low);
    QColor color = band.color(Theme::instance());
    color.setAlpha(shadeAlpha);
    item->setPen(Qt::NoPen);
    item->setBrush(color);
}

void drawMark(QCPAxisRect& rect, const ChartMark& mark)
{
    const bool upright = mark.orientation == Qt::Vertical;
    const QColor color = mark.color(Theme::instance());
    auto* line = new QCPItemLine(rect.parentPlot());
    line->setClipAxisRect(&rect);
    across(*line->start, rect, mark.orientation).setCoords(upright ? mark.at : 0, upright ? 1 : mark.at);
    across(*line->end, rect, mark.orientation).setCoords(upright ? mark.at : 1, upright ? 0 : mark.at);
    QPen pen(color, 1);
    pen.setDashPattern({2, 3});
    line->setPen(pen);
    if (mark.label.isEmpty())
        return;
    auto* text = new QCPItemText(rect.parentPlot());
    text->setClipAxisRect(&rect);
    across(*text->position, rect, mark.orientation)
        .setCoords(upright ? mark.at : 0.99, upright ? 0.02 : mark.at);
    text->setPositionAlignment(upright ? Qt::AlignLeft | Qt::AlignTop : Qt::AlignRight | Qt::AlignBottom);
    text->setPadding(QMargins(3, 0, 3, 1));
    text->setText(mark.label);
    text->setColor(color);
}

bool hasEntry(const QCPLegend& legend, const QString& label)
{
    for (int i = 0; i < legend.itemCount(); ++i)
        if (static_cast<QCPPlottableLegendItem*>(legend.item(i))->plottable()->name() == label)
            return true;
    return false;
}

void drawSeries(QCPAxisRect& rect, const ChartSeries& series, std::map<double, int>& infinities,
                std::vector<ChartPlace>& places)
{
    const QColor color = series.color(Theme::instance());
    QCPGraph* graph = drawPoints(rect, series, color);
    drawErrors(*graph, series, &ChartPoint::xError, &ChartPoint::x, QCPErrorBars::etKeyError, color);
    if (series.shaded)
        drawShade(rect, series, color);
    else
        drawErrors(*graph, series, &ChartPoint::yError, &ChartPoint::y, QCPErrorBars::etValueError, color);
    for (const ChartPoint& point : series.points) {
        if (std::isinf(point.y) && point.y > 0)
            places.push_back(
                {&series, &point, &rect, drawInfinity(rect, point.x, infinities[point.x]++, color)});
        else if (std::isfinite(point.y) && (point.y > 0 || !isLogarithmic(yAxis(rect))))
            places.push_back({&series, &point, &rect, nullptr});
    }
    if (!series.label.isEmpty() && !hasEntry(*rect.parentPlot()->legend, series.label))
        graph->addToLegend();
}

} // namespace

QPointF ChartPlace::position() const
{
    if (sign)
        return sign->position->pixelPosition();
    return {panel->axis(QCPAxis::atBottom)->coordToPixel(point->x),
            panel->axis(QCPAxis::atLeft)->coordToPixel(point->y)};
}

ChartMarker chartMarker(int index)
{
    static constexpr std::array told{ChartMarker::Disc,    ChartMarker::Square,       ChartMarker::Triangle,
                                     ChartMarker::Diamond, ChartMarker::TriangleDown, ChartMarker::Circle,
                                     ChartMarker::Cross,   ChartMarker::Star};
    return told.at(static_cast<std::size_t>(index) % told.size());
}

void drawChartPanel(QCPAxisRect& rect, const ChartPanel& panel, std::vector<ChartPlace>& places)
{
    for (const ChartBand& band : panel.bands)
        drawBand(rect, band);
    for (const ChartMark& mark : panel.marks)
        drawMark(rect, mark);
    std::map<double, int> infinities; // how many stand at an x already
    for (const ChartSeries& series : panel.series)
        drawSeries(rect, series, infinities, places);
}

} // namespace widthwise::ui
