// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_plot.h"

#include "ui/models/texts.h"
#include "ui/plot/curve_layer.h"
#include "ui/plot/curve_renderer.h"
#include "ui/plot/plot_look.h"
#include "ui/plot/tip_place.h"
#include "ui/theme/theme.h"

#include <qcustomplot.h>

#include <QLabel>
#include <QVBoxLayout>

#include <utility>

namespace widthwise::ui {

namespace {

constexpr double penWidth = 1.2;
constexpr auto patience = std::chrono::milliseconds(300);
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
    : QWidget(parent), m_renderer(new CurveRenderer), m_plot(new QCustomPlot(this)),
      m_tip(new QLabel(m_plot)), m_empty(new QLabel(m_plot)), m_emptyText(tr("waiting for the first value"))
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
    m_empty->setObjectName(QStringLiteral("plotEmpty"));
    applyEmptyLook(*m_plot, *m_empty);
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, m_empty, &QWidget::show);
    showEmpty(true, false);

    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
            if (!m_ours)
                leaveFollowing();
            sendView();
        });
    // Labels of other lengths leave other room for the curves.
    connect(m_plot, &QCustomPlot::afterReplot, this, &CurvePlot::sendView);
    retheme();
}

void CurvePlot::connectMouse()
{
    connect(m_plot, &QCustomPlot::mousePress, this, &CurvePlot::press);
    connect(m_plot, &QCustomPlot::mouseRelease, this, &CurvePlot::release);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] {
        setFollows(true);
        fit();
    });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        m_pointer = event->position();
        look();
    });
}

/// Which curve is under the pointer, and where; takeHit hears it.
void CurvePlot::look()
{
    const QPointF place = (*m_pointer - m_plot->axisRect()->topLeft()) * devicePixelRatioF();
    const double deviceReach = reach * devicePixelRatioF();
    QMetaObject::invokeMethod(
        m_renderer, [renderer = m_renderer, place, deviceReach] { renderer->lookFor(place, deviceReach); });
}

/// Until it moves again: what it was on may be there no more.
void CurvePlot::dropPointer()
{
    m_pointer.reset();
    takeHit({-1, 0, 0, {}});
}

void CurvePlot::press(QMouseEvent* event)
{
    m_pressedAt = event->pos();
    const bool move = event->modifiers().testFlag(Qt::ShiftModifier);
    m_plot->setSelectionRectMode(move || !m_range ? QCP::srmNone : QCP::srmZoom);
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
    dropPointer();
}

void CurvePlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    showEmpty(!m_range, m_reported);
}

/// No axes are made up where there is nothing to measure. A blink without data is not worth a word.
void CurvePlot::showEmpty(bool empty, bool reported)
{
    m_reported = reported;
    m_empty->setText(reported ? tr("no finite value so far") : m_emptyText);
    if (empty && m_empty->isHidden() && !m_patience.isActive())
        m_patience.start();
    if (!empty) {
        m_patience.stop();
        m_empty->hide();
    }
    if (m_plot->xAxis->visible() != empty)
        return;
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        axis->setVisible(!empty);
    m_plot->setInteractions(empty ? QCP::Interactions() : QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
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
    refit();
}

void CurvePlot::setLogY(bool on)
{
    setLogarithmic(*m_plot->yAxis, on);
    refit();
}

void CurvePlot::setFollows(bool on)
{
    if (on == m_follows)
        return;
    m_follows = on;
    Q_EMIT followsChanged(on);
    if (!on)
        return;
    m_all = false;
    refit();
}

void CurvePlot::leaveFollowing()
{
    setFollows(false);
}

void CurvePlot::fit()
{
    m_all = true;
    refit();
}

void CurvePlot::refit()
{
    if (m_range)
        setRanges(*m_range, 1);
    else
        sendView();
}

void CurvePlot::setRanges(const DataRange& range, double room)
{
    double low = m_all ? range.yLow : range.yUsualLow;
    double high = m_all ? range.yHigh : range.yUsualHigh;
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
    const double low = m_all ? range.yLow : range.yUsualLow;
    const double high = m_all ? range.yHigh : range.yUsualHigh;
    const bool outgrown = range.xHigh > x.upper || high > y.upper || low < y.lower;
    const bool shrunk = range.xHigh < x.lower + x.size() / 2 || range.xLow > x.upper ||
                        (!logY() && high - low < y.size() / 2);
    if (!m_range || shrunk)
        setRanges(range, 1);
    else if (outgrown)
        setRanges(range, range.xHigh > x.upper ? headroom : x.size() / std::max(1.0, range.xHigh - x.lower));
}

void CurvePlot::takePicture(const CurvePicture& picture)
{
    if (std::exchange(m_generation, picture.generation) != picture.generation) {
        m_range.reset(); // other curves: the old ones' room is not theirs
        m_all = false;
        dropPointer();
    }
    if (picture.range && m_follows)
        growWith(*picture.range);
    m_range = picture.range;
    showEmpty(!m_range, picture.reported && !m_range);
    if (m_pointer)
        look(); // it may be on another curve now
    m_layer->setPicture(picture);
    m_layer->replot();
    Q_EMIT shown();
}

void CurvePlot::sendView()
{
    const QSizeF size = QSizeF(m_plot->axisRect()->size()) * devicePixelRatioF();
    const PlotView view{axisOf(*m_plot->xAxis, int(std::lround(size.width()))),
                        axisOf(*m_plot->yAxis, int(std::lround(size.height()))),
                        penWidth * devicePixelRatioF()};
    if (std::exchange(m_sentView, view) == view)
        return; // it would draw the same again, and that again
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer, view] { renderer->setView(view); });
}

void CurvePlot::takeHit(const CurveHit& hit)
{
    const bool near = hit.key >= 0 && m_pointer;
    m_layer->setPointer(near ? std::optional(hit) : std::nullopt);
    if (near) {
        QString text = tr("step %1 · %2").arg(hit.step).arg(numberText(hit.value));
        if (m_description)
            text.prepend(m_description(hit.key) + QLatin1Char('\n'));
        m_tip->setText(text);
        m_tip->adjustSize();
        placeTip(hit);
    }
    m_tip->setVisible(near);
    if (m_hovered != (near ? hit.key : -1)) {
        m_hovered = near ? hit.key : -1;
        sendMarked();
    }
    m_layer->replot();
}

/// Where it covers nothing of its curve.
void CurvePlot::placeTip(const CurveHit& hit)
{
    const double ratio = devicePixelRatioF();
    const QPoint origin = m_plot->axisRect()->topLeft();
    const double pen = markedPen * penWidth * ratio / 2;
    const auto covers = [&](const QRect& box) {
        const QRectF area((box.topLeft() - origin).toPointF() * ratio, QSizeF(box.size()) * ratio);
        const int first = std::max(0, int(area.left() - pen));
        const int last = std::min(int(hit.spans.size()) - 1, int(area.right() + pen));
        for (int column = first; column <= last; ++column) {
            const ColumnSpan& span = hit.spans[std::size_t(column)];
            if (!span.empty() && span.top - pen < area.bottom() && span.bottom + pen > area.top())
                return true;
        }
        return false;
    };
    const QPoint point = origin + (hit.position / ratio).toPoint();
    m_tip->move(tipPlace(m_tip->size(), point, m_plot->axisRect()->rect(), m_plot->size(), covers));
}

void CurvePlot::select(int key)
{
    m_selected = key;
    sendMarked();
}

void CurvePlot::sendMarked()
{
    // The selected one in the colour of text, the one under the pointer in its own, off all others.
    std::vector<CurveMark> marks;
    if (m_selected >= 0)
        marks.push_back({m_selected, Theme::instance().color(Tone::Text).rgb()});
    if (m_hovered >= 0 && m_hovered != m_selected)
        marks.push_back({m_hovered, {}, Theme::instance().color(Tone::Surface).rgb()});
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer, marks] { renderer->setMarked(marks); });
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
    dropPointer();
    QMetaObject::invokeMethod(m_renderer, [renderer = m_renderer] { renderer->setIdle(true); });
}

void CurvePlot::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    dropPointer();
}

void CurvePlot::retheme()
{
    applyLook(*m_plot);
    sendMarked();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace widthwise::ui
