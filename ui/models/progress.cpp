// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/progress.h"

#include <algorithm>

namespace widthwise::ui {

void Progress::apply(const TrialsUpdate& update)
{
    if (update.complete)
        m_trials.clear();
    for (const TrialRecord& record : update.trials) {
        const auto number = std::size_t(record.trial.number);
        if (number >= m_trials.size())
            m_trials.resize(number + 1);
        m_trials[number] = record;
    }
}

double Progress::deviceHours(const Resources& resources, TimePoint now) const
{
    Seconds total{0};
    for (const TrialRecord& record : m_trials)
        total += duration(record.trial, now);
    const int devices =
        resources.gpus > 0 ? resources.gpus * resources.nodes : resources.cpus * resources.nodes;
    return total.count() / 3600 * devices;
}

std::optional<Seconds> Progress::remaining(int planned, int parallel, TimePoint now) const
{
    Seconds completed{0};
    Seconds underway{0};
    int completedCount = 0;
    int endedCount = 0;
    for (const TrialRecord& record : m_trials) {
        const Trial& trial = record.trial;
        if (trial.state == TrialState::Completed) {
            completed += duration(trial, now);
            ++completedCount;
        }
        if (isFinal(trial.state))
            ++endedCount;
        else
            underway += duration(trial, now);
    }
    if (completedCount == 0 || planned <= endedCount)
        return std::nullopt;
    const Seconds each = completed / completedCount;
    const Seconds work = each * (planned - endedCount) - underway;
    return std::max(work, Seconds{0}) / std::max(1, std::min(parallel, planned - endedCount));
}

} // namespace widthwise::ui
