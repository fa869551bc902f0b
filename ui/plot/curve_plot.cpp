// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_plot.h"

#include "ui/models/texts.h"
#include "ui/plot/curve_layer.h"
#include "ui/plot/curve_renderer.h"
#include "ui/plot/plot_look.h"
#include "ui/theme/theme.h"

#include <qcustomplot.h>

#include <QLabel>
#include <QVBoxLayout>

#include <utility>

namespace widthwise::ui {

namespace {

constexpr double penWidth = 1.2;
/// How near the pointer has to be to a curve, in device-independent pixels.
constexpr double reach = 8;
/// While following, the range of steps grows by this factor, so that most new points need no new picture.
constexpr double headroom = 1.25;

PlotAxis axisOf(const QCPAxis& axis, int length)
{
    return {axis.range().lower, axis.range().upper, isLogarithmic(axis), length};
}

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent), m_renderer(new CurveRenderer), m_plot(new QCustomPlot(this)), m_tip(new QLabel(m_plot))
{
    setAccessibleName(tr("Curves"));
    m_thread.setObjectName(QStringLiteral("curves"));
    m_renderer->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_renderer, &QObject::deleteLater);
    connect(m_renderer, &CurveRenderer::drawn, this, &CurvePlot::takePicture);
    connect(m_renderer, &CurveRenderer::hit, this, &CurvePlot::takeHit);
    makePlot();
    connectMouse();
    connect(&Theme::instance(), &Theme::changed, this, &CurvePlot::retheme);
    m_thread.start();
}

CurvePlot::~CurvePlot()
{
    m_thread.quit();
    m_thread.wait();
}

void CurvePlot::makePlot()
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_plot);
    setMinimumSize(grid * 24, grid * 14);

    m_plot->setObjectName(QStringLiteral("canvas"));
    m_layer = std::make_unique<CurveLayer>(*m_plot);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        setLogarithmic(*axis, false);
    m_plot->xAxis->setLabel(tr("step"));
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setSelectionRectMode(QCP::srmZoom);
    m_plot->axisRect()->setMinimumMargins(QMargins(grid, grid, grid, grid));
    m_plot->setFocusPolicy(Qt::ClickFocus);
    m_plot->setMouseTracking(true);

    m_tip->setObjectName(QStringLiteral("curveTip"));
    applyTipLook(*m_tip);

    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
            if (!m_ours)
                leaveFollowing();
            sendView();
        });
    retheme();
}

void CurvePlot::connectMouse()
{
    connect(m_plot, &QCustomPlot::mousePress, this, &CurvePlot::press);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &CurvePlot::release);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this](QMouseEvent* event) {
        setFollows(true);
        fit(event->modifiers().testFlag(Qt::ShiftModifier));
    });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        m_inside = true;
        const QPointF place = (event->position() - m_plot->axisRect()->topLeft()) * devicePixelRatioF();
        const double deviceReach = reach * devicePixelRatioF();
        QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer, place, deviceReach] {
            renderer->lookFor(place, deviceReach);
        });
    });
}

void CurvePlot::press(QMouseEvent* event)
{
    m_pressedAt = event->pos();
    const bool move = event->modifiers().testFlag(Qt::ShiftModifier);
    m_plot->setSelectionRectMode(move ? QCP::srmNone : QCP::srmZoom);
}

void CurvePlot::release(QMouseEvent* event)
{
    const bool click = (event->pos() - m_pressedAt).manhattanLength() < QApplication::startDragDistance();
    if (click && event->button() == Qt::LeftButton) {
        m_plot->selectionRect()->cancel();
        select(m_hovered);
        Q_EMIT selectedByHand(m_selected);
    }
}

void CurvePlot::append(const SeriesUpdatePtr& update)
{
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer, update] { renderer->append(update); });
}

void CurvePlot::clear()
{
    auto nothing = std::make_shared<SeriesUpdate>();
    nothing->complete = true;
    append(nothing);
}

void CurvePlot::setStyles(std::map<int, CurveStyle> styles)
{
    QMetaObject::invokeMethod(
        m_renderer, [renderer = m_renderer, moved = std::move(styles)] { renderer->setStyles(moved); });
}

void CurvePlot::setValueLabel(const QString& label)
{
    m_plot->yAxis->setLabel(label);
    setAccessibleDescription(tr("Curves of %1 over steps").arg(label));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::setDescription(std::function<QString(int)> description)
{
    m_description = std::move(description);
}

bool CurvePlot::logX() const
{
    return isLogarithmic(*m_plot->xAxis);
}

bool CurvePlot::logY() const
{
    return isLogarithmic(*m_plot->yAxis);
}

void CurvePlot::setLogX(bool on)
{
    setLogarithmic(*m_plot->xAxis, on);
    fit();
}

void CurvePlot::setLogY(bool on)
{
    setLogarithmic(*m_plot->yAxis, on);
    fit();
}

void CurvePlot::setFollows(bool on)
{
    if (on == m_follows)
        return;
    m_follows = on;
    Q_EMIT followsChanged(on);
    if (on)
        fit();
}

void CurvePlot::leaveFollowing()
{
    setFollows(false);
}

void CurvePlot::fit(bool all)
{
    if (m_range)
        setRanges(*m_range, all, 1);
    else
        sendView();
}

void CurvePlot::setRanges(const DataRange& range, bool all, double room)
{
    double low = all ? range.yLow : range.yUsualLow;
    double high = all ? range.yHigh : range.yUsualHigh;
    QCPRange values;
    if (logY()) {
        low = std::max(low, range.yPositive);
        high = std::max(high, low * 1.01);
        const double margin = std::pow(high / low, 0.05);
        values = {low / margin, high * margin};
    } else {
        const double margin = high > low ? 0.05 * (high - low) : std::max(1e-6, 0.05 * std::abs(high));
        values = {low - margin, high + margin};
    }
    const bool single = range.xLow == range.xHigh; // a step alone stands off the edges
    const double lowestStep = single ? range.xLow / 2 : range.xLow;
    const double first = logX() ? std::max(1.0, lowestStep) : lowestStep;
    const double last = std::max(single ? range.xHigh * 1.5 : range.xHigh, first + 1);
    m_ours = true;
    m_plot->yAxis->setRange(values);
    m_plot->xAxis->setRange(first, first + (last - first) * room);
    m_ours = false;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    sendView();
}

void CurvePlot::growWith(const DataRange& range)
{
    const QCPRange& x = m_plot->xAxis->range();
    const QCPRange& y = m_plot->yAxis->range();
    const bool outgrown = range.xHigh > x.upper || range.yUsualHigh > y.upper || range.yUsualLow < y.lower;
    const bool shrunk = range.xHigh < x.lower + x.size() / 2 || range.xLow > x.upper ||
                        (!logY() && range.yUsualHigh - range.yUsualLow < y.size() / 2);
    if (!m_range || shrunk)
        setRanges(range, false, 1);
    else if (outgrown)
        setRanges(range, false,
                  range.xHigh > x.upper ? headroom : x.size() / std::max(1.0, range.xHigh - x.lower));
}

void CurvePlot::takePicture(const CurvePicture& picture)
{
    if (std::exchange(m_generation, picture.generation) != picture.generation)
        m_range.reset(); // other curves: the old ones' room is not theirs
    if (picture.range && m_follows)
        growWith(*picture.range);
    m_range = picture.range;
    m_layer->setPicture(picture);
    m_layer->replot();
    Q_EMIT shown();
}

void CurvePlot::sendView()
{
    const QSizeF size = QSizeF(m_plot->axisRect()->size()) * devicePixelRatioF();
    PlotView view{axisOf(*m_plot->xAxis, int(std::lround(size.width()))),
                  axisOf(*m_plot->yAxis, int(std::lround(size.height()))), penWidth * devicePixelRatioF()};
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer, view] { renderer->setView(view); });
}

void CurvePlot::takeHit(const CurveHit& hit)
{
    const bool near = hit.key >= 0 && m_inside;
    m_layer->setPointer(near ? std::optional(hit) : std::nullopt);
    m_tip->setVisible(near);
    if (near) {
        QString text = tr("step %1 · %2").arg(hit.step).arg(numberText(hit.value));
        if (m_description)
            text.prepend(m_description(hit.key) + QLatin1Char('\n'));
        m_tip->setText(text);
        m_tip->adjustSize();
        const QPoint at = m_plot->axisRect()->topLeft() + (hit.position / devicePixelRatioF()).toPoint();
        QPoint corner = at + QPoint(grid * 2, -m_tip->height() - grid);
        corner.setX(std::min(corner.x(), m_plot->width() - m_tip->width() - grid));
        corner.setY(std::max(corner.y(), grid));
        m_tip->move(corner);
    }
    if (m_hovered != (near ? hit.key : -1)) {
        m_hovered = near ? hit.key : -1;
        sendMarked();
    }
    m_layer->replot();
}

void CurvePlot::select(int key)
{
    m_selected = key;
    sendMarked();
}

void CurvePlot::sendMarked()
{
    std::vector<int> keys;
    for (const int key : {m_selected, m_hovered})
        if (key >= 0)
            keys.push_back(key);
    const QRgb color = Theme::instance().color(Tone::Text).rgb();
    QMetaObject::invokeMethod(m_renderer,
                              [renderer = m_renderer, keys, color] { renderer->setMarked(keys, color); });
}

QRectF CurvePlot::shownRange() const
{
    const QCPRange& x = m_plot->xAxis->range();
    const QCPRange& y = m_plot->yAxis->range();
    return {QPointF(x.lower, y.lower), QPointF(x.upper, y.upper)};
}

void CurvePlot::setShownRange(const QRectF& range)
{
    m_plot->xAxis->setRange(range.left(), range.right());
    m_plot->yAxis->setRange(range.top(), range.bottom());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // The plot lays itself out when it is replotted.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_plot->replot();
            sendView();
        },
        Qt::QueuedConnection);
}

void CurvePlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer] { renderer->setIdle(false); });
}

void CurvePlot::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer] { renderer->setIdle(true); });
}

void CurvePlot::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_inside = false;
    takeHit({-1, 0, 0, {}});
}

void CurvePlot::retheme()
{
    applyLook(*m_plot);
    sendMarked();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace widthwise::ui
