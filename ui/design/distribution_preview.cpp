// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/distribution_preview.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int previewWidth = 18 * grid;
constexpr int plotHeight = 5 * grid;
constexpr int gap = 2;

QFont smallFont()
{
    QFont font = Theme::instance().numbers();
    font.setPointSizeF(font.pointSizeF() * 0.85);
    return font;
}

} // namespace

DistributionPreview::DistributionPreview(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void DistributionPreview::setDistribution(const Distribution& distribution)
{
    m_distribution = distribution;
    setAccessibleDescription(summary());
    setToolTip(summary());
    update();
}

QSize DistributionPreview::sizeHint() const
{
    return {previewWidth, plotHeight + 2 * gap + QFontMetrics(smallFont()).height()};
}

QString DistributionPreview::summary() const
{
    const Distribution& shown = m_distribution;
    if (shown.samples == 0)
        return tr("No samples while the space has problems");
    QString text = tr("%n sample(s)", nullptr, shown.samples);
    if (shown.logarithmic)
        text += tr(" on a logarithmic scale");
    if (!shown.low.isEmpty())
        text += tr(" from %1 to %2").arg(shown.low, shown.high);
    if (shown.active < shown.samples)
        text += tr(", present in %1 of them").arg(QLocale().toString(shown.active));
    return text;
}

void DistributionPreview::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setFont(smallFont());
    const QRectF area(0.5, 0.5, width() - 1, plotHeight);
    if (m_distribution.active == 0) {
        painter.setPen(Theme::instance().color(Tone::Muted));
        painter.drawText(area, Qt::AlignCenter, tr("no samples"));
        return;
    }
    drawScale(painter, area);
    drawBars(painter, area);
    drawLabels(painter, area);
}

void DistributionPreview::drawBars(QPainter& painter, const QRectF& area) const
{
    int tallest = 1;
    for (const Distribution::Bar& bar : m_distribution.bars)
        tallest = std::max(tallest, bar.count);
    // A value that most samples share fills its bar; the rest is relative to the tallest.
    const double share = m_distribution.discrete ? 0.25 : 0.08;
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().color(Tone::Accent));
    for (const Distribution::Bar& bar : m_distribution.bars) {
        const double slot = (bar.to - bar.from) * area.width();
        const double inset = std::min(slot * share, 6.0);
        const double height = (area.height() - 4) * bar.count / tallest;
        painter.drawRect(QRectF(area.left() + bar.from * area.width() + inset, area.bottom() - height,
                                slot - 2 * inset, height));
    }
}

void DistributionPreview::drawScale(QPainter& painter, const QRectF& area) const
{
    painter.setPen(Theme::instance().color(Tone::Line));
    for (const double decade : m_distribution.decades) {
        const double x = area.left() + decade * area.width();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    painter.drawLine(area.bottomLeft(), area.bottomRight());
}

void DistributionPreview::drawLabels(QPainter& painter, const QRectF& area) const
{
    const QFontMetrics metrics(painter.font());
    const QRectF line(area.left(), area.bottom() + gap, area.width(), metrics.height());
    painter.setPen(Theme::instance().color(Tone::Muted));

    const double slot = area.width() / static_cast<double>(m_distribution.bars.size());
    const bool labelled =
        m_distribution.discrete &&
        std::all_of(m_distribution.bars.begin(), m_distribution.bars.end(),
                    [&](const auto& bar) { return metrics.horizontalAdvance(bar.label) + 4 <= slot; });
    if (labelled) {
        for (const Distribution::Bar& bar : m_distribution.bars)
            painter.drawText(QRectF(area.left() + bar.from * area.width(), line.top(), slot, line.height()),
                             Qt::AlignCenter, bar.label);
        return;
    }
    const bool ends = !m_distribution.low.isEmpty();
    const QString first = ends ? m_distribution.low : m_distribution.bars.front().label;
    const QString last = ends ? m_distribution.high : m_distribution.bars.back().label;
    const int half = static_cast<int>(area.width() / 2) - 2 * grid;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(first, Qt::ElideRight, half));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(last, Qt::ElideRight, half));
    if (m_distribution.logarithmic)
        painter.drawText(line, Qt::AlignCenter, tr("log"));
}

} // namespace widthwise::ui
