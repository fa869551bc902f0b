// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/search_chart.h"

#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace widthwise::ui {

namespace {

constexpr int mostMarkers = 8;
constexpr double early = 0.1; ///< the share of what was spent before which values are not yet of interest

QString translated(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::SearchesPanel", text);
}

/// What the axis counts in, as a share of the cost's own unit.
struct Scale {
    QString title;
    double unit = 1;
};

Scale scaleOf(const SearchComparison& comparison, SearchCost cost)
{
    if (cost == SearchCost::Trials)
        return {translated("trials that have ended")};
    if (cost == SearchCost::DeviceHours)
        return {translated("device hours")};
    double longest = 0;
    for (const SearchGroup& group : comparison.groups)
        for (const SearchRun& run : group.runs)
            longest = std::max(longest, run.end.wallTime.count());
    if (longest < 120)
        return {translated("time, s")};
    return longest < 7200 ? Scale{translated("time, min"), 60} : Scale{translated("time, h"), 3600};
}

QString tipOf(const SearchGroup& group, const SearchBand& band, double at, const Scale& scale)
{
    QString text = QString::fromStdString(group.label) + u'\n' +
                   QStringLiteral("%1 · %2").arg(scale.title, numberText(at)) + u'\n' +
                   numberText(band.median);
    if (band.runs > 1)
        text += translated(", half of %1 within %2 to %3")
                    .arg(QString::number(band.runs), numberText(band.low), numberText(band.high));
    return text;
}

ChartSeries seriesOf(const SearchGroup& group, int place, SearchCost cost, const Scale& scale)
{
    constexpr std::array lines{ChartLine::Solid, ChartLine::Dashed, ChartLine::Dotted};
    ChartSeries series;
    series.label = QString::fromStdString(group.label);
    series.color = [place](const Theme& theme) { return theme.series(place); };
    series.line = lines.at(static_cast<std::size_t>(place) % lines.size());
    series.marker = chartMarker(place);
    series.held = true;
    series.shaded = true;
    series.mostMarkers = mostMarkers;
    series.penWidth = 2;
    for (const SearchStep& step : bandSteps(group, cost)) {
        ChartPoint& point = series.points.emplace_back();
        point.x = step.cost / scale.unit;
        point.y = step.band.median;
        if (step.band.runs > 1)
            point.yError = {step.band.low, step.band.high};
        point.tip = tipOf(group, step.band, point.x, scale);
    }
    return series;
}

/// Of the medians once the first tenth is spent: first trials are often far off, and would flatten the rest.
std::optional<std::pair<double, double>> laterRange(const ChartPanel& panel, double end)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const ChartSeries& series : panel.series)
        for (std::size_t i = 0; i < series.points.size(); ++i) {
            const bool isHeld = i + 1 < series.points.size() && series.points[i + 1].x > early * end;
            if (series.points[i].x > early * end || isHeld) {
                low = std::min(low, series.points[i].y);
                high = std::max(high, series.points[i].y);
            }
        }
    constexpr double margin = 0.1;
    if (!(high > low))
        return std::nullopt;
    return std::pair(low - margin * (high - low), high + margin * (high - low));
}

} // namespace

ChartData searchChart(const SearchComparison& comparison, SearchCost cost)
{
    ChartData data;
    const Scale scale = scaleOf(comparison, cost);
    data.emptyText = translated("No trial of these searches has ended with a value yet.");
    ChartPanel& panel = data.panels.emplace_back();
    double end = 0;
    for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
        const SearchGroup& group = comparison.groups[i];
        if (group.runs.empty())
            continue;
        panel.series.push_back(seriesOf(group, int(i), cost, scale));
        if (!panel.series.back().points.empty())
            end = std::max(end, panel.series.back().points.back().x);
    }
    data.x = {scale.title, ChartScale::Linear, std::nullopt};
    if (end > 0)
        data.x.range = std::pair(0.0, 1.03 * end);
    data.y = {translated("best %1 so far").arg(QString::fromStdString(comparison.objective.metric)),
              ChartScale::Linear, laterRange(panel, end)};
    const double common = commonCost(comparison.groups, cost) / scale.unit;
    if (panel.series.size() > 1 && common < 0.97 * end)
        panel.marks.push_back({Qt::Vertical, common, translated("compared here"),
                               [](const Theme& theme) { return theme.color(Tone::Muted); }});
    return data;
}

} // namespace widthwise::ui
