// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

/// Where the trials of an experiment lie, as its driver said.
struct TrialsPlace {
    std::string host;   ///< as for `ssh`; empty: the driver's own machine
    std::string folder; ///< below it lie trial directories; empty: beside the store

    bool isRemote() const { return !host.empty(); }
    /// `folder`, wherever it is.
    std::string folderFor(const std::string& storeFile) const;
    /// A path there as scp has it: "juwels:/p/scratch/me/x"; on this machine just the path.
    std::string named(const std::string& path) const;
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
    std::string reason;                   ///< of Lost and NeedsPerson, one sentence
    TimePoint since{};                    ///< when it came up or was lost; trying again does not count
    std::optional<TimePoint> nextTry;     ///< of Lost
    std::optional<TimePoint> lastContact; ///< when the host last gave a sign of life
    bool operator==(const SiteLink&) const = default;
};

std::string_view toText(SiteLink::State state);
/// Throws std::invalid_argument for an unknown name.
SiteLink::State linkStateFromText(std::string_view text);

} // namespace widthwise
