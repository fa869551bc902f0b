// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/trial_times.h"

#include "core/experiment/progress.h"

#include <numeric>

namespace widthwise::ui {

void TrialTimes::learn(const TrialsUpdate& update)
{
    auto& times = m_times[update.experiment];
    for (const TrialRecord& record : update.trials)
        if (const std::optional<Seconds> whole = wholeDuration(record.trial))
            times[record.trial.number] = *whole;
}

std::optional<Seconds> TrialTimes::of(const ExperimentRecord& experiment) const
{
    for (const std::int64_t id : {experiment.id, experiment.parent.value_or(0)}) {
        const auto known = m_times.find(id);
        if (known == m_times.end() || known->second.empty())
            continue;
        const Seconds total =
            std::accumulate(known->second.begin(), known->second.end(), Seconds(0),
                            [](Seconds sum, const auto& trial) { return sum + trial.second; });
        return total / static_cast<double>(known->second.size());
    }
    return std::nullopt;
}

} // namespace widthwise::ui
