// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// What a person asks of an experiment, or of one of its trials.
struct Command {
    enum class Kind { Pause, Resume, Stop, PauseTrial, ResumeTrial, StopTrial, RetryTrial, Change };
    Kind kind = Kind::Pause;
    int trial = -1;        ///< for the kinds that name a trial
    std::string text = {}; ///< Change: the experiment's file from now on
    bool operator==(const Command&) const = default;
};

} // namespace widthwise
