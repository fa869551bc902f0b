// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/feed/store_client.h"

#include <map>
#include <optional>

namespace widthwise::ui {

/// How long the finished trials of experiments took, as far as they were seen.
class TrialTimes {
public:
    void learn(const TrialsUpdate& update);
    /// The mean over the experiment's trials, else over those of the one that it was made from.
    std::optional<Seconds> of(const ExperimentRecord& experiment) const;

private:
    std::map<std::int64_t, std::map<int, Seconds>> m_times; ///< by experiment and number
};

} // namespace widthwise::ui
