// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/compare_text.h"

#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/study/check_report.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

/// Only an optimum inside of what was swept has an interval.
bool hasInterval(const SweepCurve& curve)
{
    return curve.optimum && !curve.optimum->atEdge && curve.optimum->learningRate.isBounded() &&
           curve.optimum->learningRate.low > 0;
}

std::string intervalText(const SweepCurve& curve)
{
    if (!hasInterval(curve))
        return {};
    const Estimate& rate = curve.optimum->learningRate;
    return numberText(rate.low) + " to " + numberText(rate.high);
}

Line rowOf(const SweepReport& report, const SweepCurve& curve)
{
    const std::optional<Optimum>& optimum = curve.optimum;
    return {{printable(parametrizationName(curve.parametrization))},
            {std::to_string(curve.width)},
            {optimum ? numberText(optimum->learningRate.value) : "", Tone::Strong},
            {intervalText(curve)},
            {optimum ? numberText(optimum->loss) : ""},
            {report.remarkOn(curve), Tone::Warning}};
}

void appendText(std::vector<Line>& lines, const std::string& text, Tone tone)
{
    std::istringstream rest(text);
    for (std::string line; std::getline(rest, line);)
        lines.push_back({{line, tone}});
}

const char* wordOf(DriftResult result)
{
    constexpr const char* words[] = {"stays", "moves", "unclear"};
    return words[static_cast<std::size_t>(result)];
}

void put(Json& object, const char* key, double value)
{
    if (std::isfinite(value))
        object[key] = value;
}

Json pointObject(const CurvePoint& point)
{
    Json object{{"learning_rate", point.learningRate}};
    put(object, "loss", point.loss);
    put(object, "standard_error", point.standardError);
    object["seeds"] = point.seeds;
    object["diverged"] = point.diverged;
    return object;
}

Json curveObject(const SweepReport& report, const SweepCurve& curve)
{
    Json object{{"parametrization", curve.parametrization}, {"width", curve.width}};
    if (curve.optimum) {
        Json& optimum = object["optimum"];
        optimum = {{"learning_rate", curve.optimum->learningRate.value}};
        put(optimum, "low", curve.optimum->learningRate.low);
        put(optimum, "high", curve.optimum->learningRate.high);
        optimum["loss"] = curve.optimum->loss;
        optimum["at_edge"] = curve.optimum->atEdge;
    }
    if (const std::string remark = report.remarkOn(curve); !remark.empty())
        object["remark"] = remark;
    object["points"] = Json::array();
    for (const CurvePoint& point : curve.points)
        object["points"].push_back(pointObject(point));
    return object;
}

Json driftObject(const Drift& drift)
{
    Json object{{"parametrization", drift.parametrization}, {"result", wordOf(drift.result)}};
    put(object, "octaves_per_doubling", drift.octavesPerDoubling.value);
    put(object, "low", drift.octavesPerDoubling.low);
    put(object, "high", drift.octavesPerDoubling.high);
    object["widths"] = drift.widths;
    object["sentence"] = drift.sentence;
    return object;
}

Json reportObject(const std::string& experiment, const SweepReport& report)
{
    Json object{{"experiment", experiment},
                {"metric", report.metric.name},
                {"smoothed", report.metric.smoothed},
                {"base_widths", report.baseWidths},
                {"open", report.open},
                {"unusable", report.unusable},
                {"missing", report.missing()}};
    if (!report.lack.empty())
        object["lack"] = report.lack;
    object["curves"] = Json::array();
    for (const SweepCurve& curve : report.curves)
        object["curves"].push_back(curveObject(report, curve));
    object["drifts"] = Json::array();
    for (const Drift& drift : report.drifts)
        object["drifts"].push_back(driftObject(drift));
    return object;
}

} // namespace

std::vector<Line> compareLines(const SweepReport& report)
{
    const std::string base = report.baseWidths.size() == 1
                                 ? " at base width " + std::to_string(report.baseWidths.front())
                                 : std::string();
    Table table({{"parametrization"},
                 {"width", Table::Align::Right},
                 {"learning rate", Table::Align::Right},
                 {"95 % interval", Table::Align::Right},
                 {"loss", Table::Align::Right},
                 {"remark"}});
    for (const SweepCurve& curve : report.curves)
        table.add(rowOf(report, curve));
    std::vector<Line> lines = table.lines();
    lines.insert(lines.begin(),
                 {{"best learning rate" + base + ", by " + report.metric.title(), Tone::Muted}});
    lines.push_back({});
    appendText(lines, report.drift(), Tone::Strong);
    appendText(lines, report.gain(), Tone::Plain);
    return lines;
}

std::string compareCsv(const SweepReport& report)
{
    std::ostringstream text;
    text.precision(8);
    text << "parametrization,width,learning_rate,low,high,loss,remark\n";
    for (const SweepCurve& curve : report.curves) {
        text << curve.parametrization << ',' << curve.width << ',';
        if (curve.optimum)
            text << curve.optimum->learningRate.value;
        text << ',';
        if (hasInterval(curve))
            text << curve.optimum->learningRate.low << ',' << curve.optimum->learningRate.high;
        else
            text << ',';
        text << ',';
        if (curve.optimum)
            text << curve.optimum->loss;
        text << ',' << report.remarkOn(curve) << '\n';
    }
    return text.str();
}

std::string compareJson(const std::string& experiment, const SweepReport& report)
{
    return reportObject(experiment, report).dump(2) + '\n';
}

std::string compareEvent(const std::string& experiment, const SweepReport& report)
{
    return Json{{"event", "compare"}, {"compare", reportObject(experiment, report)}}.dump() + '\n';
}

} // namespace widthwise::ctl
