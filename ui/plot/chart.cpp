// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/chart.h"

#include "ui/models/texts.h"
#include "ui/plot/chart_range.h"
#include "ui/plot/plot_look.h"
#include "ui/plot/tip_place.h"
#include "ui/theme/theme.h"

#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QMouseEvent>
#include <QSvgGenerator>
#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace widthwise::ui {

namespace {

/// How near the pointer has to be to a point, in device-independent pixels.
constexpr double reach = 10;

QCPAxis& xAxis(const QCPAxisRect& rect)
{
    return *rect.axis(QCPAxis::atBottom);
}

QCPAxis& yAxis(const QCPAxisRect& rect)
{
    return *rect.axis(QCPAxis::atLeft);
}

bool crosses(const QLineF& line, const QRectF& box)
{
    if (box.contains(line.p1()) || box.contains(line.p2()))
        return true;
    const std::array sides{QLineF(box.topLeft(), box.topRight()), QLineF(box.topRight(), box.bottomRight()),
                           QLineF(box.bottomRight(), box.bottomLeft()),
                           QLineF(box.bottomLeft(), box.topLeft())};
    return std::ranges::any_of(
        sides, [&line](const QLineF& side) { return side.intersects(line) == QLineF::BoundedIntersection; });
}

/// Whether a box hides something of the series that a point is of.
bool covers(const QRect& box, const ChartPlace& place)
{
    const double room = place.series->size / 2 + 1;
    const QRectF area = QRectF(box).adjusted(-room, -room, room, room);
    std::optional<QPointF> before;
    for (const ChartPoint& point : place.series->points) {
        if (!std::isfinite(point.y)) {
            before.reset();
            continue;
        }
        const QPointF at = ChartPlace{place.series, &point, place.panel, nullptr}.position();
        const bool joined = before && place.series->line != ChartLine::None;
        if (crosses(joined ? QLineF(*before, at) : QLineF(at, at), area))
            return true;
        before = at;
    }
    return area.contains(place.position());
}

QString tipOf(const ChartPlace& place)
{
    if (!place.point->tip.isEmpty())
        return place.point->tip;
    const QString at = QStringLiteral("%1 · %2").arg(numberText(place.point->x), numberText(place.point->y));
    return place.series->label.isEmpty() ? at : place.series->label + QLatin1Char('\n') + at;
}

bool sameAxes(const ChartData& a, const ChartData& b)
{
    return a.panels.size() == b.panels.size() && a.x.scale == b.x.scale && a.y.scale == b.y.scale;
}

bool saveSvg(QCustomPlot& plot, const QString& path, QSize size)
{
    QSvgGenerator svg;
    svg.setFileName(path);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(0, 0), size));
    QCPPainter painter;
    if (!painter.begin(&svg))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, size.width(), size.height());
    return painter.end();
}

} // namespace

Chart::Chart(QWidget* parent)
    : QWidget(parent), m_plot(new QCustomPlot(this)), m_tip(new QLabel(m_plot)), m_empty(new QLabel(m_plot))
{
    setAccessibleName(tr("Chart"));
    setMinimumSize(grid * 24, grid * 14);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_plot);

    m_plot->setObjectName(QStringLiteral("canvas"));
    m_plot->setAutoAddPlottableToLegend(false);
    m_plot->setPlottingHint(QCP::phFastPolylines);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setSelectionRectMode(QCP::srmZoom);
    m_plot->setMouseTracking(true);
    m_plot->plotLayout()->clear();

    m_tip->setObjectName(QStringLiteral("chartTip"));
    applyTipLook(*m_tip);
    m_empty->setObjectName(QStringLiteral("plotEmpty"));
    applyEmptyLook(*m_plot, *m_empty);

    connectMouse();
    connect(&Theme::instance(), &Theme::changed, this, &Chart::draw);
    draw();
}

void Chart::connectMouse()
{
    connect(m_plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        const bool move = event->modifiers().testFlag(Qt::ShiftModifier);
        m_plot->setSelectionRectMode(move || m_places.empty() ? QCP::srmNone : QCP::srmZoom);
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { m_zoomed || !m_all ? fitAll() : fit(); });
    connect(m_plot, &QCustomPlot::mouseMove, this,
            [this](const QMouseEvent* event) { point(event->position()); });
}

void Chart::setData(ChartData data)
{
    const bool same = sameAxes(data, m_data);
    const bool keep = m_zoomed && same;
    m_all = m_all && same;
    m_places.clear();
    m_data = std::move(data);
    if (m_panels.size() != m_data.panels.size())
        makePanels(m_data.panels.size());
    draw();
    if (!keep)
        m_all ? fitAll() : fit();
}

void Chart::makePanels(std::size_t count)
{
    m_plot->clearItems();
    m_plot->clearPlottables();
    m_panels.clear();
    QCPLayoutGrid* layout = m_plot->plotLayout();
    layout->clear();
    if (count == 0)
        return;
    layout->setRowSpacing(0);
    auto* margins = new QCPMarginGroup(m_plot);
    for (std::size_t i = 0; i < count; ++i) {
        m_panels.push_back(makePanel(int(i)));
        m_panels.back().rect->setMarginGroup(QCP::msLeft | QCP::msBottom | QCP::msTop, margins);
    }
    makeLegend(int(count));
    layout->setRowStretchFactor(0, 0.001);
    layout->setColumnStretchFactor(int(count), 0.001);
}

Chart::Panel Chart::makePanel(int column)
{
    Panel panel{new QCPAxisRect(m_plot), new QCPTextElement(m_plot)};
    m_plot->plotLayout()->addElement(0, column, panel.title);
    m_plot->plotLayout()->addElement(1, column, panel.rect);
    panel.rect->setMinimumMargins(QMargins(grid, grid / 2, grid, grid));
    for (QCPAxis* axis : panel.rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
        // The ranges of all panels are one.
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
                [this, type = axis->axisType()](const QCPRange& range) {
                    setZoomed();
                    for (const Panel& other : m_panels)
                        other.rect->axis(type)->setRange(range);
                });
    }
    return panel;
}

void Chart::makeLegend(int column)
{
    auto* legend = new QCPLegend;
    auto* top = new QCPLayoutGrid;
    m_plot->plotLayout()->addElement(1, column, top);
    top->addElement(0, 0, legend);
    top->addElement(1, 0, new QCPLayoutElement(m_plot));
    top->setRowStretchFactor(0, 0.001);
    legend->setLayer(QStringLiteral("legend"));
    legend->setBorderPen(Qt::NoPen);
    legend->setBrush(Qt::NoBrush);
    legend->setIconSize(3 * grid, 2 * grid);
    m_plot->legend = legend;
}

void Chart::setAxis(QCPAxis& axis, const ChartAxis& data, bool titled)
{
    switch (data.scale) {
    case ChartScale::Linear:
        setLogarithmic(axis, false);
        break;
    case ChartScale::Log2:
        setLog2(axis);
        break;
    case ChartScale::Log10:
        setLogarithmic(axis, true);
        break;
    }
    axis.setLabel(titled ? data.title : QString());
}

void Chart::draw()
{
    const Theme& theme = Theme::instance();
    m_plot->clearItems();
    m_plot->clearPlottables();
    m_places.clear();
    m_tip->hide();
    applyLook(*m_plot);
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        const ChartPanel& panel = m_data.panels[i];
        QCPAxisRect& rect = *m_panels[i].rect;
        setAxis(xAxis(rect), m_data.x, true);
        setAxis(yAxis(rect), m_data.y, i == 0);
        m_panels[i].title->setText(panel.title);
        m_panels[i].title->setFont(theme.strong());
        m_panels[i].title->setTextColor(panel.titleColor ? panel.titleColor(theme) : theme.color(Tone::Text));
        m_panels[i].title->setVisible(!panel.title.isEmpty());
        m_plot->legend->setFont(QApplication::font());
        m_plot->legend->setTextColor(theme.color(Tone::Text));
        drawChartPanel(rect, panel, m_places);
    }
    showEmpty();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

/// No axes are made up where there is nothing to measure: none at all without a point, and none of y where
/// all points are infinite.
void Chart::showEmpty()
{
    const bool empty = m_places.empty();
    const bool measured =
        m_data.y.range || std::ranges::any_of(m_places, [](const ChartPlace& place) { return !place.sign; });
    for (const Panel& panel : m_panels) {
        xAxis(*panel.rect).setVisible(!empty);
        yAxis(*panel.rect).setVisible(!empty && measured);
        panel.title->setVisible(!empty && panel.title->visible());
    }
    if (empty && m_plot->legend)
        m_plot->legend->clearItems();
    if (empty)
        m_plot->clearItems(); // marks and bands without a scale
    m_plot->setInteractions(empty ? QCP::Interactions() : QCP::iRangeDrag | QCP::iRangeZoom);
    m_empty->setText(m_data.emptyText.isEmpty() ? tr("waiting for the first value") : m_data.emptyText);
    m_empty->setVisible(empty);
}

void Chart::fit()
{
    m_all = false;
    setRanges(m_data);
}

void Chart::fitAll()
{
    m_all = true;
    ChartData unbounded = m_data;
    unbounded.x.range.reset();
    unbounded.y.range.reset();
    setRanges(unbounded);
}

void Chart::setRanges(const ChartData& data)
{
    if (m_panels.empty())
        return;
    const auto x = xRangeOf(data);
    const auto y = yRangeOf(data);
    m_ours = true;
    xAxis(*m_panels.front().rect).setRange(x.first, x.second);
    yAxis(*m_panels.front().rect).setRange(y.first, y.second);
    m_ours = false;
    m_zoomed = false;
    m_tip->hide();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void Chart::setZoomed()
{
    m_tip->hide(); // its point moves
    if (!m_ours)
        m_zoomed = true;
}

QRectF Chart::shownRange() const
{
    if (m_panels.empty())
        return {};
    const QCPRange& x = xAxis(*m_panels.front().rect).range();
    const QCPRange& y = yAxis(*m_panels.front().rect).range();
    return {QPointF(x.lower, y.lower), QPointF(x.upper, y.upper)};
}

void Chart::point(QPointF position)
{
    const ChartPlace* nearest = nullptr;
    double distance = reach;
    for (const ChartPlace& place : m_places) {
        const double away = QLineF(place.position(), position).length();
        if (away < distance && place.panel->rect().contains(place.position().toPoint())) {
            nearest = &place;
            distance = away;
        }
    }
    if (nearest) {
        m_tip->setText(tipOf(*nearest));
        m_tip->adjustSize();
        m_tip->move(tipPlace(m_tip->size(), nearest->position().toPoint(), nearest->panel->rect(),
                             m_plot->size(), [&](const QRect& box) { return covers(box, *nearest); }));
    }
    m_tip->setVisible(nearest);
}

void Chart::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_tip->hide();
}

void Chart::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_tip->hide();
}

QString Chart::save(const QString& path, QSize size) const
{
    if (size.isEmpty())
        size = m_plot->size();
    const QString kind = QFileInfo(path).suffix().toLower();
    if (!QStringList{QStringLiteral("pdf"), QStringLiteral("svg"), QStringLiteral("png")}.contains(kind))
        return tr("A picture is a .pdf, .svg or .png file; %1 is none.").arg(path);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return tr("%1 cannot be written: %2").arg(path, file.errorString());
    file.close();
    bool saved = false;
    if (kind == QStringLiteral("pdf"))
        saved = m_plot->savePdf(path, size.width(), size.height());
    else if (kind == QStringLiteral("svg"))
        saved = saveSvg(*m_plot, path, size);
    else
        saved = m_plot->savePng(path, size.width(), size.height(), 2);
    return saved ? QString() : tr("%1 cannot be written.").arg(path);
}

} // namespace widthwise::ui
