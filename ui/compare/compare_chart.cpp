// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_chart.h"

#include "core/study/check_report.h"
#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace widthwise::ui {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::ComparePage", text);
}

/// A width's place among all widths: its colour and marker.
struct WidthSign {
    int index = 0;
    int count = 1;

    ChartColor color() const
    {
        return [*this](const Theme& theme) { return theme.width(index, count); };
    }
};

QString signedText(double value)
{
    const QString size = QString::number(std::abs(value), 'f', 2);
    if (size == QStringLiteral("0.00"))
        return size;
    return (value < 0 ? QStringLiteral("−") : QStringLiteral("+")) + size;
}

QString tipOf(const SweepReport& report, const SweepCurve& curve, const CurvePoint& point)
{
    QString text =
        translated("width %1 · learning rate %2").arg(curve.width).arg(numberText(point.learningRate));
    if (point.seeds > 0)
        text += u'\n' + QString::fromStdString(report.metric.title()) + u' ' + numberText(point.loss);
    if (point.seeds > 1)
        text += translated(" ± %1, %2 seeds").arg(numberText(point.standardError, 2)).arg(point.seeds);
    if (point.diverged > 0)
        text += u'\n' + translated("%1 of %2 diverged").arg(point.diverged).arg(point.seeds + point.diverged);
    return text;
}

ChartSeries lossSeries(const SweepReport& report, const SweepCurve& curve, const WidthSign& sign)
{
    ChartSeries series;
    series.color = sign.color();
    series.line = curve.parametrization == "sp" ? ChartLine::Dashed : ChartLine::Solid;
    series.marker = chartMarker(sign.index);
    for (const CurvePoint& point : curve.points) {
        if (point.seeds == 0)
            continue;
        ChartPoint& shown = series.points.emplace_back();
        shown = {point.learningRate, point.loss, {}, {}, tipOf(report, curve, point)};
        if (point.seeds > 1)
            shown.yError = {point.loss - point.standardError, point.loss + point.standardError};
    }
    return series;
}

ChartSeries divergedSeries(const SweepReport& report, const SweepCurve& curve, const WidthSign& sign)
{
    ChartSeries series;
    series.color = sign.color();
    series.line = ChartLine::None;
    for (const CurvePoint& point : curve.points)
        if (point.diverged > 0)
            series.points.push_back({point.learningRate, HUGE_VAL, {}, {}, tipOf(report, curve, point)});
    return series;
}

/// A curve that is too flat has no optimum to show.
bool isInside(const std::optional<Optimum>& optimum)
{
    return optimum && !optimum->atEdge && optimum->learningRate.isBounded() && optimum->learningRate.low > 0;
}

ChartSeries optimumSeries(const SweepCurve& curve, const WidthSign& sign)
{
    const Optimum& optimum = *curve.optimum;
    const Estimate& rate = optimum.learningRate;
    ChartSeries series;
    series.color = sign.color();
    series.line = ChartLine::None;
    series.marker = ChartMarker::Star;
    series.size = 13;
    ChartPoint point{rate.value, optimum.loss};
    point.tip =
        translated("optimum of width %1 · learning rate %2").arg(curve.width).arg(numberText(rate.value, 3));
    point.xError = {rate.low, rate.high};
    point.tip += u'\n' + translated("95 %: %1 to %2").arg(numberText(rate.low, 3), numberText(rate.high, 3));
    series.points.push_back(point);
    return series;
}

/// "SP: −0.84 ± 0.12 octaves per doubling"
QString titleOf(const SweepReport& report, const std::string& parametrization)
{
    const QString name = QString::fromStdString(parametrizationName(parametrization));
    for (const Drift& drift : report.drifts)
        if (drift.parametrization == parametrization && drift.octavesPerDoubling.isBounded())
            return translated("%1: %2 ± %3 octaves per doubling")
                .arg(name, signedText(drift.octavesPerDoubling.value),
                     QString::number(drift.octavesPerDoubling.error(), 'f', 2));
    return name;
}

ChartPanel panelOf(const SweepReport& report, const std::string& parametrization, bool last)
{
    const std::vector<std::int64_t> widths = report.widths();
    ChartPanel panel;
    panel.title = titleOf(report, parametrization);
    panel.titleColor = [name = QString::fromStdString(parametrization)](const Theme& theme) {
        return name.isEmpty() ? theme.color(Tone::Text) : theme.parametrization(name);
    };
    for (const SweepCurve& curve : report.curves) {
        if (curve.parametrization != parametrization)
            continue;
        const auto place = std::ranges::find(widths, curve.width) - widths.begin();
        const WidthSign sign{int(place), int(widths.size())};
        panel.series.push_back(lossSeries(report, curve, sign));
        if (last) // solid lines in the legend
            panel.series.back().label = translated("width %1").arg(curve.width);
        panel.series.push_back(divergedSeries(report, curve, sign));
        if (isInside(curve.optimum))
            panel.series.push_back(optimumSeries(curve, sign));
    }
    return panel;
}

constexpr double flattened = 2; // how much smaller the rest would be drawn

/// All losses, but for those so far above the rest that they would flatten it. Empty without losses.
std::optional<std::pair<double, double>> usualRange(const SweepReport& report)
{
    if (report.maximized)
        return std::nullopt;
    std::vector<double> losses;
    for (const SweepCurve& curve : report.curves)
        for (const CurvePoint& point : curve.points)
            if (point.seeds > 0)
                losses.push_back(point.loss);
    if (losses.empty())
        return std::nullopt;
    std::ranges::sort(losses);
    const double low = losses.front();
    const double usual = losses[(losses.size() - 1) * 3 / 4];
    const double limit = usual + 1.5 * (usual - low);
    if (limit <= low || losses.back() - low <= flattened * (limit - low))
        return std::nullopt;
    return std::pair(low - 0.05 * (limit - low), limit);
}

/// Of the learning rates; intervals of optima may reach far beyond.
std::optional<std::pair<double, double>> rateRange(const SweepReport& report)
{
    std::set<double> rates;
    for (const SweepPoint& point : report.points)
        rates.insert(point.learningRate);
    if (rates.empty())
        return std::nullopt;
    constexpr double margin = 1.4;
    return std::pair(*rates.begin() / margin, *rates.rbegin() * margin);
}

} // namespace

QString learningRateTitle(const SweepReport& report)
{
    return report.baseWidths.size() == 1
               ? translated("learning rate at base width %1").arg(report.baseWidths.front())
               : translated("learning rate");
}

ChartData compareChart(const SweepReport& report)
{
    ChartData data;
    data.x = {learningRateTitle(report), ChartScale::Log2, rateRange(report)};
    data.y = {QString::fromStdString(report.metric.title()), ChartScale::Linear, usualRange(report)};
    const std::vector<std::string> names = report.parametrizations();
    for (const std::string& name : names)
        data.panels.push_back(panelOf(report, name, &name == &names.back()));
    return data;
}

} // namespace widthwise::ui
