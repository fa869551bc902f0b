// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_raster.h"

#include <algorithm>
#include <limits>

namespace widthwise::ui {

namespace {

/// Columns painted together. They lie one after the other in a buffer that fits into the cache, since long
/// vertical runs are filled far faster than pixels that are a row apart; their pixels of one row fill a cache
/// line.
constexpr int tileWidth = 16;

/// Dash and gap of a dashed curve, in pen widths.
constexpr int dashLength = 7;
constexpr int dashPeriod = 11;

/// Of a point alone, in pen widths.
constexpr double discRadius = 2.5;
constexpr double markedDiscRadius = 4;

/// Pen of a halo, in those of the curve in it.
constexpr double haloFactor = 2.4;

quint32 mixed(quint32 under, quint32 over, int coverage)
{
    const quint32 keep = quint32(256 - coverage);
    const auto cover = quint32(coverage);
    const quint32 low = ((under & 0x00ff00ff) * keep + (over & 0x00ff00ff) * cover) >> 8;
    const quint32 high = ((under >> 8) & 0x00ff00ff) * keep + ((over >> 8) & 0x00ff00ff) * cover;
    return (low & 0x00ff00ff) | (high & 0xff00ff00);
}

/// Pixels in columns: those of one column lie `rowStride` apart, columns `columnStride`.
struct PixelColumns {
    quint32* pixels;
    qsizetype rowStride;
    qsizetype columnStride;
    int firstColumn; ///< of the plot, which `pixels` begins with
    int height;
};

PixelColumns columnsOf(QImage& image)
{
    return {reinterpret_cast<quint32*>(image.bits()), image.bytesPerLine() / 4, 1, 0, image.height()};
}

/// Paints spans of curves, with antialiased ends.
class SpanPainter {
public:
    SpanPainter(const PixelColumns& target, double penWidth)
        : m_target(target), m_half(float(penWidth / 2)), m_dashUnit(std::max(1, int(std::lround(penWidth))))
    {
    }

    void paint(const std::vector<ColumnSpan>& spans, const CurveStyle& style, int first, int last)
    {
        for (int column = first; column < last; ++column) {
            const ColumnSpan& span = spans[std::size_t(column)];
            if (!span.empty() && !(style.dashed && column / m_dashUnit % dashPeriod >= dashLength))
                paintColumn(column, span, style.color);
        }
    }

    /// What of the discs lies in columns [first, last).
    void paintDiscs(const std::vector<QPointF>& centres, double radius, quint32 color, int first, int last)
    {
        for (const QPointF& centre : centres)
            for (int column = first; column < last; ++column) {
                const double away = column + 0.5 - centre.x();
                const double rise = std::sqrt(radius * radius - away * away) - double(m_half);
                if (rise >= 0) // not so where it is NaN
                    paintColumn(column, {float(centre.y() - rise), float(centre.y() + rise)}, color);
            }
    }

private:
    void paintColumn(int column, const ColumnSpan& span, quint32 color)
    {
        const float top = std::max(span.top - m_half, 0.0F);
        const float bottom = std::min(span.bottom + m_half, float(m_target.height));
        if (!(top < bottom))
            return;
        const int first = int(top);
        const int last = int(bottom);
        quint32* begin = m_target.pixels + (column - m_target.firstColumn) * m_target.columnStride;
        quint32& uppermost = begin[first * m_target.rowStride];
        if (first == last) {
            uppermost = mixed(uppermost, color, int((bottom - top) * 256));
            return;
        }
        uppermost = mixed(uppermost, color, int((float(first + 1) - top) * 256));
        if (m_target.rowStride == 1)
            std::fill(begin + first + 1, begin + last, color);
        else
            for (int row = first + 1; row < last; ++row)
                begin[row * m_target.rowStride] = color;
        if (last < m_target.height) {
            quint32& lowest = begin[last * m_target.rowStride];
            lowest = mixed(lowest, color, int((bottom - float(last)) * 256));
        }
    }

    PixelColumns m_target;
    float m_half;
    int m_dashUnit;
};

/// Writes pixels that lie column after column into the image, beginning with its column `first`.
void transpose(const std::vector<quint32>& columns, int first, QImage& image)
{
    const int count = std::min(tileWidth, image.width() - first);
    auto* pixels = reinterpret_cast<quint32*>(image.bits());
    const qsizetype stride = image.bytesPerLine() / 4;
    const auto height = std::size_t(image.height());
    for (int row = 0; row < image.height(); ++row) {
        quint32* line = pixels + row * stride + first;
        for (int column = 0; column < count; ++column)
            line[column] = columns[std::size_t(column) * height + std::size_t(row)];
    }
}

QImage emptyImage(const PlotView& view)
{
    if (view.x.length <= 0 || view.y.length <= 0)
        return {};
    QImage image(view.x.length, view.y.length, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    return image;
}

} // namespace

void CurveRaster::append(int key, bool restarted, const Points& points)
{
    const auto [place, fresh] = m_curves.try_emplace(key);
    Curve& curve = place->second;
    if (fresh) {
        curve.key = key;
        const auto style = m_styles.find(key);
        if (style != m_styles.end())
            curve.style = style->second;
        m_retrace = true;
    }
    if (restarted) {
        curve.series.clear();
        curve.lone.clear();
        curve.lowestPositive = std::numeric_limits<double>::infinity();
        m_retrace = true;
    }
    note(curve, points.values);
    curve.series.append(points.steps, points.values);
}

/// What is to be known of points that are about to be appended.
void CurveRaster::note(Curve& curve, const std::vector<double>& values)
{
    std::size_t at = curve.series.size();
    bool joined = at > 0 && std::isfinite(curve.series.values().back());
    for (const double value : values) {
        const bool finite = std::isfinite(value);
        if (finite && value > 0)
            curve.lowestPositive = std::min(curve.lowestPositive, value);
        if (finite && !joined) {
            curve.lone.push_back(at);
        } else if (finite && !curve.lone.empty() && curve.lone.back() + 1 == at) {
            curve.lone.pop_back();
            m_repaint = true;
        }
        joined = finite;
        ++at;
    }
}

std::vector<QPointF> CurveRaster::lonePlaces(const Curve& curve, std::size_t first) const
{
    std::vector<QPointF> places;
    for (const std::size_t at : curve.lone)
        if (at >= first)
            places.emplace_back(m_view.x.toPixel(double(curve.series.steps()[at])),
                                m_view.y.length - m_view.y.toPixel(curve.series.values()[at]));
    return places;
}

void CurveRaster::clear()
{
    m_curves.clear();
    m_order.clear();
    m_repaint = true;
}

void CurveRaster::setStyles(std::map<int, CurveStyle> styles)
{
    if (styles == m_styles)
        return;
    m_styles = std::move(styles);
    for (auto& [key, curve] : m_curves) {
        const auto style = m_styles.find(key);
        curve.style = style == m_styles.end() ? CurveStyle{} : style->second;
    }
    m_repaint = true;
}

void CurveRaster::setView(const PlotView& view)
{
    if (view == m_view)
        return;
    if (view.x != m_view.x)
        m_columns = view.x.length > 0 ? ColumnGrid(view.x) : ColumnGrid();
    m_view = view;
    m_retrace = true;
}

const QImage& CurveRaster::image()
{
    if (m_view.x.length <= 0 || m_view.y.length <= 0)
        m_image = {};
    else if (m_retrace || m_repaint)
        redraw();
    else
        drawNewPoints();
    return m_image;
}

void CurveRaster::redraw()
{
    m_order.clear();
    for (auto& [key, curve] : m_curves) {
        if (m_retrace)
            curve.trace.rebuild(curve.series, m_view, m_columns);
        else if (curve.traced < curve.series.size())
            curve.trace.extend(curve.series, m_view, m_columns, curve.traced);
        curve.traced = curve.series.size();
        if (curve.style.visible)
            m_order.push_back(&curve);
    }
    std::ranges::stable_sort(m_order, {}, [](const Curve* curve) { return curve->style.layer; });
    m_retrace = m_repaint = false;

    m_image = QImage(m_view.x.length, m_view.y.length, QImage::Format_ARGB32_Premultiplied);
    std::vector<quint32> tile(std::size_t(tileWidth) * std::size_t(m_view.y.length));
    for (int first = 0; first < m_view.x.length; first += tileWidth) {
        std::ranges::fill(tile, 0);
        SpanPainter painter({tile.data(), 1, m_view.y.length, first, m_view.y.length}, m_view.penWidth);
        const int last = std::min(first + tileWidth, m_view.x.length);
        for (const Curve* curve : m_order) {
            painter.paint(curve->trace.spans(), curve->style, first, last);
            if (!curve->lone.empty())
                painter.paintDiscs(lonePlaces(*curve), discRadius * m_view.penWidth, curve->style.color,
                                   first, last);
        }
        transpose(tile, first, m_image);
    }
}

void CurveRaster::drawNewPoints()
{
    SpanPainter painter(columnsOf(m_image), m_view.penWidth);
    for (Curve* curve : m_order) {
        if (curve->traced == curve->series.size())
            continue;
        const int first = curve->trace.extend(curve->series, m_view, m_columns, curve->traced);
        painter.paint(curve->trace.spans(), curve->style, first, m_view.x.length);
        painter.paintDiscs(lonePlaces(*curve, curve->traced), discRadius * m_view.penWidth,
                           curve->style.color, 0, m_view.x.length);
        curve->traced = curve->series.size();
    }
}

QImage CurveRaster::highlight(const std::vector<CurveMark>& marks, double penFactor)
{
    QImage picture = emptyImage(m_view);
    if (picture.isNull())
        return picture;
    image();
    SpanPainter painter(columnsOf(picture), m_view.penWidth * penFactor);
    for (const CurveMark& mark : marks) {
        const auto curve = m_curves.find(mark.key);
        if (curve == m_curves.end() || !curve->second.style.visible)
            continue;
        if (mark.halo)
            SpanPainter(columnsOf(picture), m_view.penWidth * penFactor * haloFactor)
                .paint(curve->second.trace.spans(), {*mark.halo}, 0, m_view.x.length);
        CurveStyle style = curve->second.style;
        style.color = mark.color.value_or(style.color);
        painter.paint(curve->second.trace.spans(), style, 0, m_view.x.length);
        painter.paintDiscs(lonePlaces(curve->second), markedDiscRadius * m_view.penWidth, style.color, 0,
                           m_view.x.length);
    }
    return picture;
}

std::optional<CurveHit> CurveRaster::nearest(const QPointF& place, double reach) const
{
    const int columns = m_columns.columns();
    const int first = std::max(0, int(std::floor(place.x() - reach)));
    const int last = std::min(columns - 1, int(std::ceil(place.x() + reach)));
    const Curve* best = nullptr;
    double bestDistance = reach;
    for (const Curve* curve : m_order) { // of equally near ones, the one on top
        const auto& spans = curve->trace.spans();
        for (int column = first; column <= last && column < int(spans.size()); ++column) {
            const ColumnSpan& span = spans[std::size_t(column)];
            if (span.empty())
                continue;
            const double above = std::max({0.0, span.top - place.y(), place.y() - span.bottom});
            const double distance = std::hypot(above, column + 0.5 - place.x());
            if (distance <= bestDistance) {
                bestDistance = distance;
                best = curve;
            }
        }
    }
    return best ? std::optional(hitOn(*best, place)) : std::nullopt;
}

CurveHit CurveRaster::hitOn(const Curve& curve, const QPointF& place) const
{
    constexpr std::ptrdiff_t lookAround = 2000;
    const auto steps = curve.series.steps();
    const auto values = curve.series.values();
    const double wanted = m_view.x.toValue(place.x());
    const auto middle = std::lower_bound(steps.begin(), steps.end(), wanted) - steps.begin();
    const auto begin = std::max<std::ptrdiff_t>(0, middle - lookAround);
    const auto end = std::min<std::ptrdiff_t>(std::ptrdiff_t(steps.size()), middle + lookAround);
    CurveHit hit{curve.key, 0, std::numeric_limits<double>::quiet_NaN(), place, curve.trace.spans()};
    double nearest = std::numeric_limits<double>::infinity();
    for (std::ptrdiff_t i = begin; i < end; ++i) {
        const auto at = std::size_t(i);
        if (!std::isfinite(values[at]))
            continue;
        const QPointF position(m_view.x.toPixel(steps[at]), m_view.y.length - m_view.y.toPixel(values[at]));
        const double distance = std::hypot(position.x() - place.x(), position.y() - place.y());
        if (distance < nearest) {
            nearest = distance;
            hit.step = steps[at];
            hit.value = values[at];
            hit.position = position;
        }
    }
    return hit;
}

std::vector<CurveBreak> CurveRaster::breaks() const
{
    std::vector<CurveBreak> breaks;
    for (const Curve* curve : m_order) {
        const auto values = curve->series.values();
        if (!curve->series.extent(0, values.size()).nonFinite)
            continue;
        const auto broken = std::ranges::find_if(values, [](double value) { return !std::isfinite(value); });
        if (broken == values.begin())
            continue;
        const auto last = std::size_t(broken - values.begin()) - 1;
        breaks.push_back({curve->key,
                          {m_view.x.toPixel(curve->series.steps()[last]),
                           m_view.y.length - m_view.y.toPixel(values[last])}});
    }
    return breaks;
}

bool CurveRaster::hasPoints() const
{
    return std::ranges::any_of(m_curves, [](const auto& entry) {
        return entry.second.style.visible && entry.second.series.size() > 0;
    });
}

std::optional<DataRange> CurveRaster::range() const
{
    constexpr std::size_t sampleSize = 20'000;
    DataRange range{HUGE_VAL, -HUGE_VAL, HUGE_VAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL, -HUGE_VAL};
    std::vector<double> sample;
    const std::size_t each = std::max<std::size_t>(4, sampleSize / std::max<std::size_t>(1, m_curves.size()));
    for (const auto& [key, curve] : m_curves) {
        const auto steps = curve.series.steps();
        const auto values = curve.series.values();
        if (!curve.style.visible || steps.empty())
            continue;
        range.xLow = std::min<double>(range.xLow, steps.front());
        range.xHigh = std::max<double>(range.xHigh, steps.back());
        const Extent extent = curve.series.extent(0, values.size());
        range.yLow = std::min(range.yLow, extent.minimum);
        range.yHigh = std::max(range.yHigh, extent.maximum);
        range.yPositive = std::min(range.yPositive, curve.lowestPositive);
        const double stride = std::max(1.0, double(values.size()) / double(each));
        for (double at = 0; std::size_t(at) < values.size(); at += stride)
            if (std::isfinite(values[std::size_t(at)]))
                sample.push_back(values[std::size_t(at)]);
    }
    if (range.yLow > range.yHigh)
        return std::nullopt;
    if (sample.empty()) // the strides met nothing finite
        sample = {range.yLow, range.yHigh};
    const auto quantile = [&sample](double share) {
        const auto place = sample.begin() + std::ptrdiff_t(share * double(sample.size() - 1));
        std::nth_element(sample.begin(), place, sample.end());
        return *place;
    };
    // An extreme that is not far from the bulk belongs to the picture.
    const double low = quantile(0.005);
    const double high = quantile(0.98);
    const double margin = 0.5 * (high - low);
    range.yUsualLow = range.yLow >= low - margin ? range.yLow : low;
    range.yUsualHigh = range.yHigh <= high + margin ? range.yHigh : high;
    return range;
}

} // namespace widthwise::ui
