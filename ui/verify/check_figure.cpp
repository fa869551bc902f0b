// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/check_figure.h"

#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace widthwise::ui {

namespace {

constexpr int backgroundAlpha = 110; ///< of 255: of the layers that do not stand out

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui", text);
}

/// log₂ of the values of one layer at one width, over the seeds.
struct Sample {
    std::vector<double> logarithms;
    bool diverged = false;

    void add(double l1)
    {
        if (!std::isfinite(l1))
            diverged = true;
        else if (l1 > 0)
            logarithms.push_back(std::log2(l1));
    }
    double mean() const
    {
        double sum = 0;
        for (const double value : logarithms)
            sum += value;
        return sum / double(logarithms.size());
    }
    /// Of the mean; 0 with a single seed.
    double standardError() const
    {
        const double count = double(logarithms.size());
        double sum = 0;
        for (const double value : logarithms)
            sum += (value - mean()) * (value - mean());
        return count > 1 ? std::sqrt(sum / (count - 1) / count) : 0;
    }
};

using Layer = std::map<std::int64_t, Sample>; ///< by width

std::map<std::string, Layer> layersOf(const CheckReport& report, const std::string& parametrization,
                                      std::int64_t t)
{
    std::map<std::string, Layer> layers;
    for (const CoordinateRecord& record : report.records)
        if (record.t == t && record.parametrization == parametrization)
            layers[record.layer][record.width].add(record.l1);
    return layers;
}

ChartPoint pointOf(const std::string& layer, std::int64_t width, const Sample& sample, bool highlighted)
{
    const QString name = QString::fromStdString(layer);
    ChartPoint point{double(width), std::numeric_limits<double>::infinity(), {}, {}, {}};
    if (sample.logarithms.empty()) {
        if (!sample.diverged)
            point.y = std::numeric_limits<double>::quiet_NaN();
        point.tip = tr("%1\nwidth %2 · diverged").arg(name).arg(width);
        return point;
    }
    point.y = std::exp2(sample.mean());
    if (const double error = sample.standardError(); highlighted && error > 0)
        point.yError = {std::exp2(sample.mean() - error), std::exp2(sample.mean() + error)};
    point.tip = tr("%1\nwidth %2 · mean |x| %3 · %4 seeds")
                    .arg(name)
                    .arg(width)
                    .arg(numberText(point.y, 3))
                    .arg(sample.logarithms.size());
    return point;
}

ChartColor colorOf(const std::string& parametrization, int alpha = 255)
{
    const bool maximal = parametrization.starts_with("mup");
    return [name = maximal ? QStringLiteral("mup") : QString::fromStdString(parametrization),
            alpha](const Theme& theme) {
        QColor color = theme.parametrization(name);
        color.setAlpha(alpha);
        return color;
    };
}

ChartSeries seriesOf(const std::string& layer, const Layer& widths, const std::string& parametrization,
                     bool highlighted)
{
    ChartSeries series;
    series.color = colorOf(parametrization, highlighted ? 255 : backgroundAlpha);
    series.line = parametrization == "sp" ? ChartLine::Dashed : ChartLine::Solid;
    series.marker = parametrization == "sp" ? ChartMarker::Square : ChartMarker::Disc;
    series.size = highlighted ? 7 : 4;
    series.penWidth = highlighted ? 2.5 : 1;
    for (const auto& [width, sample] : widths)
        series.points.push_back(pointOf(layer, width, sample, highlighted));
    return series;
}

std::string layerOfVerdict(const CheckReport& report, const std::string& parametrization)
{
    for (const CheckVerdict& verdict : report.verdicts)
        if (verdict.parametrization == parametrization)
            return verdict.layer;
    return {};
}

/// The layer that stands out is drawn last, above the others.
ChartPanel panelOf(const CheckReport& report, const std::string& parametrization, std::int64_t t,
                   const std::string& highlighted)
{
    const std::string standsOut = highlighted.empty() ? layerOfVerdict(report, parametrization) : highlighted;
    ChartPanel panel;
    panel.title = QString::fromStdString(parametrizationName(parametrization));
    const std::map<std::string, Layer> layers = layersOf(report, parametrization, t);
    for (const auto& [layer, widths] : layers)
        if (layer != standsOut)
            panel.series.push_back(seriesOf(layer, widths, parametrization, false));
    if (const auto found = layers.find(standsOut); found != layers.end()) {
        panel.series.push_back(seriesOf(standsOut, found->second, parametrization, true));
        panel.title += QStringLiteral("  ·  ") + QString::fromStdString(standsOut);
    }
    panel.titleColor = colorOf(parametrization);
    return panel;
}

/// Of what is drawn. What a diverging trial reaches lies outside.
std::optional<std::pair<double, double>> sizeRange(const std::vector<ChartPanel>& panels)
{
    constexpr double margin = 1.2;
    constexpr double farthest = 4096; // from the median
    std::vector<double> values;
    for (const ChartPanel& panel : panels)
        for (const ChartSeries& series : panel.series)
            for (const ChartPoint& point : series.points)
                if (std::isfinite(point.y)) {
                    values.push_back(point.yError ? point.yError->first : point.y);
                    values.push_back(point.yError ? point.yError->second : point.y);
                }
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    const double median = values[values.size() / 2];
    return std::pair(std::max(values.front(), median / farthest) / margin,
                     std::min(values.back(), median * farthest) * margin);
}

std::pair<double, double> widthRange(const CheckReport& report)
{
    constexpr double margin = 1.15;
    const auto [narrowest, widest] = std::ranges::minmax(report.records, {}, &CoordinateRecord::width);
    const double more = narrowest.width == widest.width ? 2 : margin;
    return {double(narrowest.width) / more, double(widest.width) * more};
}

} // namespace

ChartData checkFigure(const CheckReport& report, std::int64_t t, const std::string& highlighted)
{
    ChartData data;
    if (report.isEmpty())
        return data;
    data.x = {tr("width; before update %1").arg(t), ChartScale::Log2, widthRange(report)};
    for (const std::string& parametrization : report.parametrizations())
        data.panels.push_back(panelOf(report, parametrization, t, highlighted));
    data.y = {tr("mean |x|"), ChartScale::Log2, sizeRange(data.panels)};
    return data;
}

std::int64_t decidingStep(const CheckReport& report)
{
    for (const CheckVerdict& verdict : report.verdicts)
        if (verdict.parametrization != "sp" && verdict.result == CheckResult::Fails && verdict.t > 0)
            return verdict.t;
    const std::vector<std::int64_t> times = report.times();
    return times.empty() ? 0 : times.back();
}

} // namespace widthwise::ui
