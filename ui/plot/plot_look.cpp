// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_look.h"

#include "ui/plot/ticks.h"
#include "ui/theme/tone.h"

#include <QLabel>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>

namespace widthwise::ui {

namespace {

/// As many ticks as labels have room beside each other.
class RoomTicker : public QCPAxisTicker {
public:
    explicit RoomTicker(const QCPAxis& axis) : m_axis(axis) {}
    void generate(const QCPRange& range, const QLocale& locale, QChar format, int precision,
                  QVector<double>& ticks, QVector<double>* subTicks, QVector<QString>* labels) override
    {
        // Axes get their exact place only after this; those of several stand side by side.
        const QCustomPlot& plot = *m_axis.parentPlot();
        const bool isHorizontal = m_axis.orientation() == Qt::Horizontal;
        const int room = isHorizontal ? plot.viewport().width() / plot.axisRectCount() / labelWidth
                                      : plot.viewport().height() / labelHeight;
        setTickCount(std::clamp(room - 1, 2, isHorizontal ? 8 : 6));
        QCPAxisTicker::generate(range, locale, format, precision, ticks, subTicks, labels);
    }

private:
    static constexpr int labelWidth = 64;
    static constexpr int labelHeight = 24;
    const QCPAxis& m_axis; ///< which has this ticker
};

class LogTicker : public RoomTicker {
public:
    using RoomTicker::RoomTicker;

protected:
    QVector<double> createTickVector(double, const QCPRange& range) override
    {
        const std::vector<double> ticks = logTicks(range.lower, range.upper, tickCount());
        return {ticks.begin(), ticks.end()};
    }
    QVector<double> createSubTickVector(int, const QVector<double>& ticks) override
    {
        if (ticks.size() < 2)
            return {};
        const std::vector<double> between = logSubTicks(ticks.first() / 10, ticks.last() * 10);
        return {between.begin(), between.end()};
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick); }
};

/// Powers of two; the ticks of LogTicker where fewer than two are in sight.
class Log2Ticker : public LogTicker {
public:
    using LogTicker::LogTicker;

protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override
    {
        const std::vector<double> ticks = log2Ticks(range.lower, range.upper, tickCount());
        m_powers = ticks.size() >= 2;
        m_asPowers = m_powers && !(ticks.front() >= 0.06 && ticks.back() < 1e6);
        return m_powers ? QVector<double>(ticks.begin(), ticks.end())
                        : LogTicker::createTickVector(step, range);
    }
    QVector<double> createSubTickVector(int count, const QVector<double>& ticks) override
    {
        return m_powers ? QVector<double>() : LogTicker::createSubTickVector(count, ticks);
    }
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override
    {
        return m_asPowers ? powerOfTwoText(tick) : LogTicker::getTickLabel(tick, locale, format, precision);
    }

private:
    bool m_powers = false;
    bool m_asPowers = false; ///< as plain numbers they would be long
};

class LinearTicker : public RoomTicker {
public:
    using RoomTicker::RoomTicker;

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        // What is left of zero after adding up tick steps.
        return tickText(qAbs(tick) < 1e-12 ? 0 : tick);
    }
};

void applyLook(QCPAxis& axis, const Theme& theme)
{
    const QPen line(theme.color(Tone::Line), 1);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTickPen(line);
    axis.setTickLengthIn(0);
    axis.setTickLengthOut(4);
    axis.setSubTickLengthIn(0);
    axis.setSubTickLengthOut(2);
    axis.setTickLabelColor(theme.color(Tone::Muted));
    axis.setTickLabelFont(theme.numbers());
    axis.setLabelColor(theme.color(Tone::Text));
    axis.setLabelFont(QApplication::font());
    QColor grid = theme.color(Tone::Line);
    grid.setAlpha(110);
    axis.grid()->setPen(QPen(grid, 0));
    axis.grid()->setZeroLinePen(Qt::NoPen);
    axis.grid()->setSubGridVisible(false);
}

void setScale(QCPAxis& axis, QCPAxis::ScaleType type, const QSharedPointer<QCPAxisTicker>& ticker)
{
    axis.setScaleType(type);
    axis.setTicker(ticker);
}

} // namespace

void applyLook(QCustomPlot& plot)
{
    const Theme& theme = Theme::instance();
    plot.setBackground(QBrush(theme.color(Tone::Surface)));
    for (const QCPAxisRect* rect : plot.axisRects())
        for (QCPAxis* axis : rect->axes())
            applyLook(*axis, theme);
}

void setLogarithmic(QCPAxis& axis, bool logarithmic)
{
    if (logarithmic)
        setScale(axis, QCPAxis::stLogarithmic, QSharedPointer<LogTicker>::create(axis));
    else
        setScale(axis, QCPAxis::stLinear, QSharedPointer<LinearTicker>::create(axis));
}

void setLog2(QCPAxis& axis)
{
    setScale(axis, QCPAxis::stLogarithmic, QSharedPointer<Log2Ticker>::create(axis));
}

bool isLogarithmic(const QCPAxis& axis)
{
    return axis.scaleType() == QCPAxis::stLogarithmic;
}

void applyTipLook(QLabel& tip)
{
    tip.setAttribute(Qt::WA_TransparentForMouseEvents);
    tip.setAutoFillBackground(true);
    tip.setBackgroundRole(QPalette::ToolTipBase);
    tip.setFrameShape(QFrame::StyledPanel);
    tip.setMargin(grid / 2);
    tip.setFont(Theme::instance().numbers());
    tip.hide();
}

void applyEmptyLook(QCustomPlot& plot, QLabel& label)
{
    auto* middle = new QVBoxLayout(&plot);
    middle->addWidget(&label);
    label.setAlignment(Qt::AlignCenter);
    label.setWordWrap(true);
    label.setAttribute(Qt::WA_TransparentForMouseEvents);
    setTone(label, Tone::Muted);
    label.hide();
}

} // namespace widthwise::ui
