// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/experiment_text.h"

#include "app/ctl/progress_text.h"
#include "app/ctl/signs.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/experiment/checkpoints.h"
#include "core/experiment/experiment_change.h"
#include "core/space/value.h"

#include <algorithm>
#include <iostream>

namespace widthwise::ctl {

namespace {

Line driverLine(const Overview& overview)
{
    const std::string name = overview.record.name;
    if (overview.isDriven())
        return {{"driven by process " + std::to_string(overview.driver->pid) + " on " + overview.driver->host,
                 Tone::Muted}};
    if (overview.isDriverLost())
        return {{"driver lost: no sign of life for " +
                     durationText(overview.now - overview.driver->heartbeat) + "; widthwisectl resume " +
                     name + " drives it on",
                 Tone::Warning}};
    if (isFinal(overview.record.state))
        return {};
    return {{"no driver; widthwisectl resume " + name + " drives it on", Tone::Muted}};
}

/// Empty where trials are on this machine, or nobody knows.
Line linkLine(const Overview& overview)
{
    if (!overview.isDriven() || !overview.driver->link)
        return {};
    const SiteLink& link = *overview.driver->link;
    const std::string host = overview.driver->place.host + ": ";
    const std::string since = durationText(overview.now - link.since);
    switch (link.state) {
    case SiteLink::State::Connected:
        return {{host + "connected for " + since, Tone::Muted}};
    case SiteLink::State::Connecting:
        return {{host + "connecting", Tone::Muted}};
    case SiteLink::State::Lost: {
        const TimePoint next = std::max(link.nextTry.value_or(overview.now), overview.now);
        return {{host + "link lost " + since + " ago, next try in " + durationText(next - overview.now) +
                     ": " + printable(link.reason),
                 Tone::Warning}};
    }
    case SiteLink::State::NeedsPerson:
        return {{host + "somebody has to log in: " + printable(link.reason), Tone::Warning}};
    }
    return {};
}

/// "a copy of gn2-lr on juwels, as of 12:31"
Line copyLine(const Overview& overview)
{
    const MirrorRecord& mirror = overview.copyOf->mirror;
    std::string text = "a copy of " + overview.copyOf->name + " on " + mirror.remote.host;
    if (mirror.lastContact)
        text += ", as of " + localTimeText(*mirror.lastContact, overview.now);
    if (!isAttached(mirror, overview.now))
        return {
            {text + "; widthwisectl attach " + mirror.remote.host + " brings it up to date", Tone::Muted}};
    if (!mirror.problem.empty())
        return {{text + ": " + printable(mirror.problem), Tone::Warning}};
    return {{text, Tone::Muted}};
}

Line stateLine(const Overview& overview, const Terminal& terminal)
{
    const ExperimentRecord& record = overview.record;
    Line line{stateSign(record.state, terminal),
              {' ' + record.name, Tone::Strong},
              {' ' + std::string(toText(record.state))}};
    if (!record.reason.empty())
        line.push_back({": " + printable(record.reason)});
    return line;
}

/// "changed 14:32  budget.trials: 24 → 40", a line for each time that a person changed it.
std::vector<Line> changeLines(const Overview& overview)
{
    std::vector<Line> lines;
    for (const RecordedChange& change : changesFromJson(overview.record.changes)) {
        std::string text;
        for (const std::string& part : change.texts)
            text += (text.empty() ? "" : "; ") + part;
        lines.push_back(
            {{"changed " + localTimeText(change.time, overview.now) + "  ", Tone::Muted}, {printable(text)}});
    }
    return lines;
}

void addField(std::vector<Line>& lines, const std::string& name, const std::string& value)
{
    constexpr std::size_t width = 12;
    if (!value.empty())
        lines.push_back(
            {{name + std::string(width - std::min(width, name.size()), ' '), Tone::Muted}, {value}});
}

/// Sign, number, state, time, step, value.
Line trialCells(const Trial& trial, TimePoint now, const Terminal& terminal)
{
    const Seconds took = duration(trial, now);
    return {stateSign(trial.state, terminal),
            {std::to_string(trial.number)},
            {std::string(toText(trial.state))},
            {took.count() > 0 ? durationText(took) : ""},
            {trial.lastStep ? std::to_string(*trial.lastStep) : ""},
            {trial.objective ? numberText(*trial.objective) : ""}};
}

/// In which trials differ: first the size that they climb.
std::vector<std::string> shownParameters(const Overview& overview)
{
    std::vector<std::string> names;
    if (!overview.experiment)
        return names;
    if (overview.experiment->fidelity)
        names.push_back(overview.experiment->fidelity->parameter);
    for (const Parameter* parameter : overview.experiment->space.varied())
        names.push_back(parameter->name);
    return names;
}

std::string timeText(const std::optional<TimePoint>& time, TimePoint now)
{
    return time ? localTimeText(*time, now) : std::string();
}

} // namespace

std::vector<Line> statusLines(const Overview& overview, const Terminal& terminal)
{
    std::vector<Line> lines{stateLine(overview, terminal)};
    if (!overview.origin.empty())
        lines.push_back({{overview.origin, Tone::Muted}});
    if (overview.copyOf)
        lines.push_back(copyLine(overview));
    if (const Line driver = driverLine(overview); !driver.empty())
        lines.push_back(driver);
    if (const Line link = linkLine(overview); !link.empty() && !overview.copyOf)
        lines.push_back(link);
    if (overview.isDriven() && !overview.driver->notice.empty())
        lines.push_back({{printable(overview.driver->notice), Tone::Warning}});
    for (Line& line : noticeLines(overview.trials))
        lines.push_back(std::move(line));
    if (!overview.experiment) {
        lines.push_back({{"its text has errors; the desktop's Design page shows them", Tone::Bad}});
        return lines;
    }
    for (Line& line : changeLines(overview))
        lines.push_back(std::move(line));
    const Moment moment{*overview.experiment,
                        overview.record.state,
                        overview.trials,
                        overview.record.finished.value_or(overview.now),
                        {}};
    lines.push_back(progressLine(moment, terminal));
    if (const Line best = bestLine(moment); !best.empty())
        lines.push_back(best);
    if (const std::string disk = toText(checkpointTotal(overview.trials)); !disk.empty())
        lines.push_back({{disk, Tone::Muted}});
    for (const Line& line : activeLines(
             {*overview.experiment, overview.record.state, overview.trials, overview.now, {}}, terminal, 20))
        lines.push_back(line);
    return lines;
}

std::vector<Line> trialLines(const Overview& overview, const Terminal& terminal)
{
    using enum Table::Align;
    std::vector<Table::Column> columns{
        {""}, {"TRIAL", Right}, {"STATE"}, {"TIME", Right}, {"STEP", Right}, {"VALUE", Right}};
    const std::vector<std::string> parameters = shownParameters(overview);
    for (const std::string& parameter : parameters)
        columns.push_back({parameter, Right});
    const bool derives = std::ranges::any_of(
        overview.trials, [](const Trial& trial) { return trial.promotedFrom.has_value(); });
    if (derives)
        columns.push_back({"FROM", Right});
    columns.push_back({"WHY"});
    Table table(std::move(columns));
    const Trial* best = overview.best();
    for (const Trial& trial : overview.trials) {
        Line row = trialCells(trial, overview.now, terminal);
        row.back().tone = &trial == best ? Tone::Good : Tone::Plain;
        for (const std::string& parameter : parameters) {
            const Value* value = trial.configuration.find(parameter);
            row.push_back({value != nullptr ? valueText(*value) : ""});
        }
        if (derives)
            row.push_back({trial.promotedFrom ? std::to_string(*trial.promotedFrom) : ""});
        const bool strange = trial.reason.empty() && !trial.notices.empty();
        row.push_back({cutToWidth(printable(strange ? toText(trial.notices) : trial.reason), 80),
                       strange ? Tone::Warning : Tone::Muted});
        table.add(std::move(row));
    }
    return table.empty() ? std::vector<Line>{} : table.lines();
}

std::vector<Line> trialDetails(const Overview& overview, const Trial& trial, const std::string& origin,
                               const std::string& directory, const Terminal& terminal)
{
    std::vector<Line> lines{
        {stateSign(trial.state, terminal),
         {" trial " + std::to_string(trial.number) + " of " + overview.record.name, Tone::Strong},
         {' ' + std::string(toText(trial.state))}}};
    addField(lines, "why", printable(trial.reason));
    for (const Notice& notice : trial.notices)
        addField(lines, "notice", printable(toText(notice)));
    addField(lines, "origin", origin);
    if (trial.promotedFrom)
        addField(lines, "from", "trial " + std::to_string(*trial.promotedFrom));
    if (overview.experiment && trial.objective)
        addField(lines, "result",
                 overview.experiment->objective.metric + ' ' + numberText(*trial.objective) +
                     (trial.objectiveStep ? " at step " + std::to_string(*trial.objectiveStep) : ""));
    if (trial.lastStep)
        addField(lines, "last step", std::to_string(*trial.lastStep));
    addField(lines, "attempt", std::to_string(trial.attempt));
    addField(lines, "device", trial.device);
    addField(lines, "started", timeText(trial.started, overview.now));
    addField(lines, "finished", timeText(trial.finished, overview.now));
    addField(lines, "time", durationText(duration(trial, overview.now)));
    addField(lines, "directory", directory);
    addField(lines, "checkpoint", checkpointText(trial));
    lines.push_back({{"configuration", Tone::Muted}});
    std::size_t width = 0;
    for (const auto& [name, value] : trial.configuration.entries())
        width = std::max(width, displayWidth(name));
    for (const auto& [name, value] : trial.configuration.entries())
        lines.push_back({{"  " + name + std::string(width + 2 - displayWidth(name), ' ')}, {toText(value)}});
    return lines;
}

void print(const std::vector<Line>& lines, const Terminal& terminal)
{
    for (const Line& line : lines)
        std::cout << rendered(line, terminal) << '\n';
}

} // namespace widthwise::ctl
