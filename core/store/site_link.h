// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <optional>
#include <string>

namespace widthwise {

/// Where the trials of an experiment lie, as its driver said.
struct TrialsPlace {
    std::string host;   ///< as for `ssh`; empty: the driver's own machine
    std::string folder; ///< below it lie trial directories; empty: beside the store
    bool operator==(const TrialsPlace&) const = default;
};

/// How the link from a driver to the host of its trials is, as it last said.
struct SiteLink {
    enum class State {
        Connecting,
        Connected,
        Lost,        ///< and tried again
        NeedsPerson, ///< a password, a code, a host's key: not tried again before a person logs in
    };
    State state = State::Connecting;
    std::string reason;               ///< of Lost and NeedsPerson, one sentence
    TimePoint since{};                ///< when it came up or was lost; trying again does not count
    std::optional<TimePoint> nextTry; ///< of Lost
    std::optional<TimePoint> heard;   ///< when the host last gave a sign of life
    bool operator==(const SiteLink&) const = default;
};

} // namespace widthwise
