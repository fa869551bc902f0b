// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/check_text.h"

#include "app/ctl/table.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <functional>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

struct ResultWords {
    const char* sign;
    const char* ascii;
    const char* word;
    Tone tone;
};

/// In the order of CheckResult.
constexpr ResultWords words[] = {{"✓", "+", "holds", Tone::Good},
                                 {"✕", "x", "fails", Tone::Bad},
                                 {"?", "?", "unclear", Tone::Warning},
                                 {"·", "-", "incomplete", Tone::Muted},
                                 {"…", "~", "too little to tell", Tone::Warning}};

const ResultWords& wordsOf(CheckResult result)
{
    return words[static_cast<std::size_t>(result)];
}

std::string signOf(CheckResult result, const Terminal& terminal)
{
    return terminal.utf8 ? wordsOf(result).sign : wordsOf(result).ascii;
}

std::string nameOf(const std::string& parametrization, const Terminal& terminal)
{
    std::string name = parametrizationName(parametrization);
    if (!terminal.utf8 && name.starts_with("μ"))
        name.replace(0, std::string("μ").size(), "mu");
    return name;
}

/// "0.48 ± 0.03 ✕"
Span slopeSpan(const CheckReport& report, int index, const Terminal& terminal)
{
    if (index < 0)
        return {};
    const LayerSlope& slope = report.slopes[static_cast<std::size_t>(index)];
    const CheckResult result = slope.result;
    if (!slope.slope.isKnown())
        return {terminal.utf8 ? "–" : "-", Tone::Muted};
    char text[64];
    std::snprintf(text, sizeof text, "%5.2f", slope.slope.value);
    std::string cell = text;
    if (slope.slope.isBounded()) {
        std::snprintf(text, sizeof text, " %s %.2f", terminal.utf8 ? "±" : "+-", slope.slope.error());
        cell += text;
    }
    return {cell + ' ' + signOf(result, terminal), wordsOf(result).tone};
}

/// Which slope stands for a layer.
using Choice = std::function<int(const std::string& parametrization, const std::string& layer)>;

void addRows(Table& table, const CheckReport& report, const Choice& choice, const Terminal& terminal)
{
    for (const std::string& layer : report.layers()) {
        Line row{{printable(layer)}};
        for (const std::string& name : report.parametrizations()) {
            const int index = choice(name, layer);
            row.push_back(slopeSpan(report, index, terminal));
            row.push_back({index < 0 ? "" : std::to_string(report.slopes[static_cast<std::size_t>(index)].t),
                           Tone::Muted});
        }
        table.add(std::move(row));
    }
}

void putEstimate(Json& object, const Estimate& slope)
{
    if (slope.isKnown())
        object["slope"] = slope.value;
    if (slope.isBounded()) {
        object["low"] = slope.low;
        object["high"] = slope.high;
    }
}

Json verdictObject(const CheckVerdict& verdict)
{
    Json object{{"parametrization", verdict.parametrization}, {"result", wordsOf(verdict.result).word}};
    if (!verdict.layer.empty()) {
        object["layer"] = verdict.layer;
        object["t"] = verdict.t;
        putEstimate(object, verdict.slope);
    }
    if (verdict.divergedAt > 0)
        object["diverged_at"] = verdict.divergedAt;
    object["sentence"] = verdict.sentence;
    if (!verdict.cause.empty())
        object["cause"] = verdict.cause;
    return object;
}

Json slopeObject(const LayerSlope& slope)
{
    Json object{{"parametrization", slope.parametrization}, {"layer", slope.layer}, {"t", slope.t}};
    putEstimate(object, slope.slope);
    object["widths"] = slope.widths;
    object["trials"] = slope.trials;
    object["result"] = wordsOf(slope.result).word;
    if (slope.divergedAt > 0)
        object["diverged_at"] = slope.divergedAt;
    return object;
}

Json checkObject(const std::string& experiment, const CheckReport& report)
{
    Json object{{"experiment", experiment}, {"result", wordsOf(report.result()).word}};
    object["learning_rates"] = report.learningRates;
    object["verdicts"] = Json::array();
    for (const CheckVerdict& verdict : report.verdicts)
        object["verdicts"].push_back(verdictObject(verdict));
    object["slopes"] = Json::array();
    for (const LayerSlope& slope : report.slopes)
        object["slopes"].push_back(slopeObject(slope));
    return object;
}

} // namespace

std::vector<Line> slopeLines(const CheckReport& report, bool everyStep, const Terminal& terminal)
{
    if (report.isEmpty())
        return {};
    std::vector<Table::Column> columns{{"layer"}};
    for (const std::string& name : report.parametrizations()) {
        columns.push_back({nameOf(name, terminal)});
        columns.push_back({"t", Table::Align::Right});
    }
    Table table(columns);
    if (everyStep)
        for (const std::int64_t t : report.times())
            addRows(
                table, report,
                [&](const auto& name, const auto& layer) { return report.find(name, layer, t); }, terminal);
    else
        addRows(
            table, report, [&](const auto& name, const auto& layer) { return report.worst(name, layer); },
            terminal);
    std::vector<Line> lines = table.lines();
    lines.insert(
        lines.begin(),
        {{everyStep ? "d log mean|x| / d log width before update t; ±: 95 % interval of that slope alone"
                    : "d log mean|x| / d log width before the update t where it is farthest from holding; ±: "
                      "95 % interval of that slope alone; layers behind the readout have none",
          Tone::Muted}});
    return lines;
}

std::vector<Line> verdictLines(const CheckReport& report, const Terminal& terminal)
{
    std::vector<Line> lines;
    for (const std::string& name : report.parametrizations())
        for (const CheckVerdict& verdict : report.verdicts) {
            if (verdict.parametrization != name)
                continue;
            const ResultWords& said = wordsOf(verdict.result);
            const bool expected =
                name == "sp" && verdict.result == CheckResult::Fails && report.verdicts.size() > 1;
            lines.push_back({{signOf(verdict.result, terminal) + ' ', said.tone},
                             {nameOf(name, terminal) + ' ' + said.word, Tone::Strong},
                             {(expected ? ", as it does by nature. " : ". ") + verdict.sentence}});
            if (!verdict.cause.empty() && !expected)
                lines.push_back({{"  " + verdict.cause}});
        }
    return lines;
}

std::string checkJson(const std::string& experiment, const CheckReport& report)
{
    return checkObject(experiment, report).dump(2) + '\n';
}

std::string checkEvent(const std::string& experiment, const CheckReport& report)
{
    return Json{{"event", "check"}, {"check", checkObject(experiment, report)}}.dump() + '\n';
}

} // namespace widthwise::ctl
