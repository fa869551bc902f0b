// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/feed/store_client.h"

#include <optional>
#include <vector>

namespace widthwise::ui {

/// What an experiment has used and will still take, from its trials.
class Progress {
public:
    void apply(const TrialsUpdate& update);

    /// Running time of all trials times the devices of each: GPU hours, or CPU hours where a trial uses no
    /// GPU.
    double deviceHours(const Resources& resources, TimePoint now) const;

    /// Time until `planned` trials have ended with `parallel` at a time, if each takes as long as those that
    /// completed did on average. Empty before the first completed.
    std::optional<Seconds> remaining(int planned, int parallel, TimePoint now) const;

private:
    std::vector<TrialRecord> m_trials;
};

} // namespace widthwise::ui
