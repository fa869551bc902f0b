// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/checkpoints.h"

#include "core/experiment/amount_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace widthwise {

namespace {

constexpr std::array<std::pair<CheckpointKeeping, std::string_view>, 3> names{
    {{CheckpointKeeping::All, "all"},
     {CheckpointKeeping::Needed, "needed"},
     {CheckpointKeeping::Best, "best"}}};

} // namespace

std::string_view toText(CheckpointKeeping keeping)
{
    return std::ranges::find(names, keeping, [](const auto& named) { return named.first; })->second;
}

const std::vector<std::string>& checkpointKeepingIds()
{
    static const std::vector<std::string> ids = [] {
        std::vector<std::string> all;
        for (const auto& [keeping, name] : names)
            all.emplace_back(name);
        return all;
    }();
    return ids;
}

CheckpointKeeping checkpointKeepingOf(std::string_view id)
{
    return std::ranges::find(names, id, [](const auto& named) { return named.second; })->first;
}

bool mayNeedCheckpoint(CheckpointKeeping keeping, ExperimentState state, const Trial& trial)
{
    const bool onlyBest = keeping == CheckpointKeeping::Best;
    if (keeping == CheckpointKeeping::All || !isFinal(trial.state))
        return true;
    const bool isStopped = trial.state == TrialState::Stopped;
    if (isStopped && trial.agent == Agent::Experiment)
        return !(onlyBest && state == ExperimentState::Completed);
    return !onlyBest &&
           (trial.state == TrialState::Completed || (isStopped && trial.agent != Agent::Scheduler));
}

CheckpointTotal checkpointTotal(std::span<const Trial> trials)
{
    CheckpointTotal total;
    for (const Trial& trial : trials) {
        const std::int64_t bytes = trial.checkpointBytes.value_or(0);
        total.bytes += bytes;
        total.count += bytes > 0;
        total.deleted += trial.checkpointDropped && bytes == 0;
    }
    return total;
}

std::string checkpointText(const Trial& trial)
{
    const std::int64_t bytes = trial.checkpointBytes.value_or(0);
    if (bytes > 0)
        return bytesText(static_cast<std::uint64_t>(bytes)) +
               (trial.checkpointDropped ? ", about to be deleted" : "");
    return trial.checkpointDropped ? "deleted: nothing could need it" : "";
}

std::string toText(const CheckpointTotal& total)
{
    std::string text;
    if (total.count > 0)
        text = bytesText(static_cast<std::uint64_t>(total.bytes)) + " of " + countText(total.count, "trial");
    if (total.deleted > 0)
        text += (text.empty() ? "" : ", ") + std::to_string(total.deleted) + " deleted";
    return text.empty() ? text : "checkpoints " + text;
}

} // namespace widthwise
