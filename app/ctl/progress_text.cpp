// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/progress_text.h"

#include "app/ctl/signs.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/experiment/trial_notices.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace widthwise::ctl {

namespace {

constexpr std::size_t barWidth = 24;

std::string objectiveText(const Trial& trial)
{
    return trial.objective ? numberText(*trial.objective) : std::string();
}

std::string stepText(const std::optional<std::int64_t>& step)
{
    return step ? "step " + std::to_string(*step) : std::string();
}

/// "val/loss 0.3412 at step 800".
std::string resultText(const Objective& objective, const Trial& trial)
{
    if (!trial.objective)
        return {};
    return objective.metric + ' ' + objectiveText(trial) +
           (trial.objectiveStep ? " at " + stepText(trial.objectiveStep) : "");
}

std::string whatHappened(const Moment& moment, const Trial& trial)
{
    constexpr Seconds atOnce{0.05};
    const Seconds took = duration(trial, moment.now);
    const std::string after = took < atOnce ? " at once" : " after " + durationText(took);
    switch (trial.state) {
    case TrialState::Running:
        return (trial.continues ? "continues on " : "started on ") + trial.device;
    case TrialState::Queued:
        return "queued";
    case TrialState::Pending:
        return trial.attempt > 1 ? "waits for attempt " + std::to_string(trial.attempt) : "waits";
    case TrialState::Completed:
        return "completed in " + durationText(took);
    case TrialState::Cancelled:
        return "cancelled";
    default:
        return std::string(toText(trial.state)) + after;
    }
}

/// "4 min, about 3 min left".
std::string timeText(const Moment& moment)
{
    if (moment.trials.empty())
        return {};
    std::string text = durationText(moment.now - moment.trials.front().created);
    if (moment.state != ExperimentState::Running)
        return text;
    const std::optional<Seconds> remaining = remainingTime(moment.experiment, moment.trials, moment.now);
    return remaining ? text + ", " + aboutText(*remaining) + " left" : text;
}

} // namespace

Span bar(double fraction, std::size_t width, const Terminal& terminal)
{
    const double clamped = std::clamp(fraction, 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(std::floor(clamped * static_cast<double>(width)));
    std::string text;
    for (std::size_t i = 0; i < width; ++i)
        text += i < filled ? (terminal.utf8 ? "█" : "#") : (terminal.utf8 ? "░" : ".");
    return {text, Tone::Accent};
}

Line countsLine(std::span<const Trial> trials, const Terminal& terminal)
{
    std::array<int, 9> counts{};
    for (const Trial& trial : trials)
        ++counts.at(static_cast<std::size_t>(trial.state));
    Line line;
    for (const TrialState state : {TrialState::Completed, TrialState::Stopped, TrialState::Failed,
                                   TrialState::Diverged, TrialState::Cancelled, TrialState::Running,
                                   TrialState::Paused, TrialState::Queued, TrialState::Pending}) {
        const int count = counts.at(static_cast<std::size_t>(state));
        if (count == 0)
            continue;
        const Span sign = stateSign(state, terminal);
        line.push_back({(line.empty() ? "" : "  ") + sign.text + ' ' + std::to_string(count), sign.tone});
    }
    return line;
}

Line progressLine(const Moment& moment, const Terminal& terminal)
{
    const auto ended =
        std::ranges::count_if(moment.trials, [](const Trial& trial) { return isFinal(trial.state); });
    Line line;
    if (const auto expected = expectedTrials(moment.experiment, moment.state, moment.trials)) {
        const auto total = static_cast<double>(std::max<std::int64_t>(expected->count, 1));
        line.push_back(bar(static_cast<double>(ended) / total, barWidth, terminal));
        line.push_back({"  " + toText(ended, expected) + "  ", Tone::Strong});
    } else {
        line.push_back({countText(ended, "trial") + " ended  ", Tone::Strong});
    }
    const Line counts = countsLine(moment.trials, terminal);
    line.insert(line.end(), counts.begin(), counts.end());
    line.push_back({"  " + timeText(moment)});
    return line;
}

Line bestLine(const Moment& moment)
{
    const Trial* best = bestTrial(moment.experiment, moment.trials);
    if (best == nullptr)
        return {};
    const std::string varied = variedText(best->configuration, moment.experiment.space);
    return {{"best  ", Tone::Muted},
            {resultText(moment.experiment.objective, *best), Tone::Good},
            {", trial " + std::to_string(best->number) + (varied.empty() ? "" : ": " + varied)}};
}

std::vector<Line> activeLines(const Moment& moment, const Terminal& terminal, std::size_t most)
{
    Table table(
        {{""}, {"", Table::Align::Right}, {"", Table::Align::Right}, {""}, {"", Table::Align::Right}, {""}});
    std::size_t more = 0;
    std::size_t shown = 0;
    for (const Trial& trial : moment.trials) {
        if (!isActive(trial.state))
            continue;
        if (shown++ >= most) {
            ++more;
            continue;
        }
        const bool runs = trial.state == TrialState::Running;
        const std::string why = runs ? std::string() : printable(trial.reason);
        table.add(
            {stateSign(trial.state, terminal),
             {std::to_string(trial.number)},
             {runs ? durationText(duration(trial, moment.now)) : "waits"},
             {!trial.stop         ? stepText(trial.lastStep)
              : trial.stop->waits ? "ends at its rung"
                                  : "is asked to end"},
             {objectiveText(trial)},
             {why.empty() ? variedText(trial.configuration, moment.experiment.space) : why, Tone::Muted}});
    }
    std::vector<Line> lines = table.lines();
    lines.erase(lines.begin());
    if (more > 0)
        lines.push_back({{"and " + std::to_string(more) + " more", Tone::Muted}});
    return lines;
}

Line changeLine(const Moment& moment, const Trial& trial, const Terminal& terminal)
{
    const Span sign = stateSign(trial.state, terminal);
    Line line{
        sign, {" trial " + std::to_string(trial.number), Tone::Strong}, {' ' + whatHappened(moment, trial)}};
    const std::string result = resultText(moment.experiment.objective, trial);
    if (isFinal(trial.state) && !trial.reason.empty())
        line.push_back(
            {": " + printable(trial.reason), trial.state == TrialState::Failed ? Tone::Bad : Tone::Plain});
    if (isFinal(trial.state) && trial.state != TrialState::Diverged && !result.empty())
        line.push_back({(trial.reason.empty() ? ": " : "; ") + result});
    if (const Trial* best = bestTrial(moment.experiment, moment.trials);
        best != nullptr && best->number == trial.number && isFinal(trial.state))
        line.push_back({", best so far", Tone::Good});
    const std::string varied = variedText(trial.configuration, moment.experiment.space);
    if (trial.state != TrialState::Failed && !varied.empty())
        line.push_back({"  (" + varied + ')', Tone::Muted});
    return line;
}

std::vector<Line> noticeLines(std::span<const Trial> trials)
{
    std::vector<Line> lines;
    for (const std::string& text : noticeTexts(trials))
        lines.push_back({{printable(text), Tone::Warning}});
    return lines;
}

std::string planText(const Experiment& experiment)
{
    const auto varied = static_cast<std::int64_t>(experiment.space.varied().size());
    const std::optional<std::int64_t> planned = plannedTrials(experiment);
    return experiment.search.algorithm + " search over " + countText(varied, "parameter") + ", " +
           (planned ? countText(*planned, "trial") : "no limit on trials") + ", " +
           std::to_string(experiment.resources.parallel) + " at a time";
}

std::vector<const Trial*> TrialChanges::next(std::span<const Trial> trials)
{
    std::vector<const Trial*> changed;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const std::pair now(trials[i].state, trials[i].attempt);
        if (i < m_seen.size() && m_seen[i] == now)
            continue;
        changed.push_back(&trials[i]);
        if (i < m_seen.size())
            m_seen[i] = now;
        else
            m_seen.push_back(now);
    }
    return changed;
}

} // namespace widthwise::ctl
