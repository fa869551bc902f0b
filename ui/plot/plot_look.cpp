// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_look.h"

#include "ui/plot/ticks.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <qcustomplot.h>

namespace widthwise::ui {

namespace {

class LogTicker : public QCPAxisTicker {
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

class LinearTicker : public QCPAxisTicker {
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
    ticker->setTickCount(axis.orientation() == Qt::Horizontal ? 8 : 6);
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
        setScale(axis, QCPAxis::stLogarithmic, QSharedPointer<LogTicker>::create());
    else
        setScale(axis, QCPAxis::stLinear, QSharedPointer<LinearTicker>::create());
}

void setLog2(QCPAxis& axis)
{
    setScale(axis, QCPAxis::stLogarithmic, QSharedPointer<Log2Ticker>::create());
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

} // namespace widthwise::ui
