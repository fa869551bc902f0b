// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/transfer_text.h"

#include "app/ctl/signs.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/study/study_columns.h"
#include "core/study/width_cost.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

/// "294.6 k", "2.343 M".
std::string parametersText(double count)
{
    return count >= 1e6 ? numberText(count / 1e6) + " M" : numberText(count / 1e3) + " k";
}

std::string widthText(const SizedTrial& sized)
{
    return sized.width ? std::to_string(*sized.width) : "";
}

std::string valueOf(const Trial& trial)
{
    return trial.objective ? numberText(*trial.objective) : "";
}

std::string timeOf(const Trial& trial, TimePoint now)
{
    const Seconds time = duration(trial, now);
    return time.count() > 0 ? durationText(time) : "";
}

/// With as many decimals as `value` has where it is shown with four digits.
std::string changeText(double change, double value)
{
    const double magnitude = std::floor(std::log10(std::max(std::abs(value), 1e-9)));
    const int decimals = std::clamp(3 - static_cast<int>(magnitude), 0, 12);
    char text[400];
    std::snprintf(text, sizeof text, "%+.*f", decimals, change);
    return text;
}

Span differenceSpan(const TransferReport& report, const TransferPair& pair)
{
    const std::optional<double> gain = gainOf(report.objective, pair);
    if (!gain)
        return {};
    const double narrow = *pair.narrow->trial.objective;
    return {changeText(*pair.wide.trial.objective - narrow, narrow), *gain >= 0 ? Tone::Good : Tone::Warning};
}

Table pairsTable(const TransferReport& report, const Terminal& terminal, TimePoint now)
{
    using enum Table::Align;
    const std::string& metric = report.objective.metric;
    Table table({{"SMALL"},
                 {"WIDTH", Right},
                 {metric, Right},
                 {"TIME", Right},
                 {""},
                 {"LARGE"},
                 {"WIDTH", Right},
                 {metric, Right},
                 {"TIME", Right},
                 {"DIFFERENCE", Right}});
    for (const TransferPair& pair : report.pairs) {
        const Trial& wide = pair.wide.trial;
        Line row(4);
        if (pair.narrow) {
            const Trial& narrow = pair.narrow->trial;
            row = {{"trial " + std::to_string(narrow.number)},
                   {widthText(*pair.narrow)},
                   {valueOf(narrow)},
                   {timeOf(narrow, now)}};
        }
        row.push_back(stateSign(wide.state, terminal));
        row.push_back({"trial " + std::to_string(wide.number) + ' ' + std::string(toText(wide.state))});
        row.push_back({widthText(pair.wide)});
        row.push_back({valueOf(wide)});
        row.push_back({timeOf(wide, now)});
        row.push_back(differenceSpan(report, pair));
        table.add(std::move(row));
    }
    return table;
}

Line costLine(const TransferReport& report)
{
    if (report.search.empty())
        return {{"its search was removed from the store", Tone::Muted}};
    std::string text =
        "search " + durationText(report.searchTime) + ", transfer " + durationText(report.transferTime);
    if (report.directTime) {
        text += "; the same search at full width would have taken " +
                std::string(report.measured ? "about " : "at most about ") + durationText(*report.directTime);
        const Seconds saved = *report.directTime - report.searchTime - report.transferTime;
        if (saved.count() > 0)
            text += ": " + durationText(saved) + " saved";
    }
    return {{text}};
}

/// Wider is not worse under μP; where it is, something is wrong.
std::vector<Line> doubts(const TransferReport& report)
{
    for (const TransferPair& pair : report.pairs)
        if (isFinal(pair.wide.trial.state) && gainOf(report.objective, pair).value_or(0) < 0)
            return {
                {{"under μP a wider model is not worse at the end of its training: widthwisectl check " +
                      report.search + " tells whether μP holds, and a training so short may not tell either",
                  Tone::Warning}}};
    return {};
}

Json trialObject(const SizedTrial& sized, TimePoint now)
{
    Json object{{"trial", sized.trial.number}, {"state", toText(sized.trial.state)}};
    if (sized.width)
        object["width"] = *sized.width;
    if (sized.trial.objective)
        object["objective"] = *sized.trial.objective;
    object["seconds"] = duration(sized.trial, now).count();
    return object;
}

Json reportObject(const TransferReport& report, TimePoint now)
{
    Json object{{"experiment", report.record.name}, {"state", toText(report.record.state)}};
    if (!report.search.empty())
        object["search"] = report.search;
    object["metric"] = report.objective.metric;
    Json pairs = Json::array();
    for (const TransferPair& pair : report.pairs) {
        Json entry = Json::object();
        if (pair.narrow)
            entry["narrow"] = trialObject(*pair.narrow, now);
        entry["wide"] = trialObject(pair.wide, now);
        if (gainOf(report.objective, pair))
            entry["difference"] = *pair.wide.trial.objective - *pair.narrow->trial.objective;
        pairs.push_back(std::move(entry));
    }
    object["trials"] = std::move(pairs);
    object["search_seconds"] = report.searchTime.count();
    object["transfer_seconds"] = report.transferTime.count();
    if (report.directTime) {
        object["direct_seconds"] = report.directTime->count();
        object["measured"] = report.measured;
    }
    return object;
}

std::string dumped(const Json& json, int indent)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

std::vector<Line> transferPlanLines(const Experiment& base, std::span<const TrialRecord> winners,
                                    const Experiment& transfer,
                                    const std::optional<TransferEstimate>& estimate,
                                    std::span<const TransferNote> notes)
{
    std::vector<Line> lines{{{transfer.name, Tone::Strong}, {": " + transfer.description}}};
    for (const TrialRecord& winner : winners)
        lines.push_back(
            {{"  trial " + std::to_string(winner.trial.number) + ": " + base.objective.metric + ' ' +
              valueOf(winner.trial) + ", " + variedText(winner.trial.configuration, base.space)}});
    const Configuration& first = winners.front().trial.configuration;
    const auto before = widthCost(base, first);
    const auto after = widthCost(transfer, {});
    if (before && after)
        lines.push_back({{"  parameters: " + parametersText(before->parameters) + " → " +
                          parametersText(after->parameters)}});
    if (estimate)
        lines.push_back({{"  time: at most about " + durationText(estimate->time) + " (a step has " +
                          numberText(std::round(estimate->workRatio * 10) / 10) + " times the work)"}});
    for (const TransferNote& note : notes)
        lines.push_back(
            {{(note.warning ? "! " : "  ") + note.text, note.warning ? Tone::Warning : Tone::Muted}});
    return lines;
}

std::vector<Line> transferLines(const TransferReport& report, const Terminal& terminal, TimePoint now)
{
    std::vector<Line> lines = pairsTable(report, terminal, now).lines();
    lines.push_back(costLine(report));
    for (Line& line : doubts(report))
        lines.push_back(std::move(line));
    return lines;
}

std::string transferJson(const TransferReport& report, TimePoint now)
{
    return dumped(reportObject(report, now), 2);
}

std::string transfersJson(std::span<const TransferReport> reports, TimePoint now)
{
    Json list = Json::array();
    for (const TransferReport& report : reports)
        list.push_back(reportObject(report, now));
    return dumped(list, 2);
}

std::string transferEvent(const TransferReport& report, TimePoint now)
{
    return dumped({{"event", "transfer"}, {"transfer", reportObject(report, now)}}, -1);
}

} // namespace widthwise::ctl
