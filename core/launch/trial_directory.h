// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

/// The names of the files through which a trial and its driver meet. See "The trial protocol" in
/// ARCHITECTURE.md.
namespace trial_file {
inline constexpr std::string_view config = "config.json";
inline constexpr std::string_view metrics = "metrics.jsonl";
inline constexpr std::string_view status = "status.json";
inline constexpr std::string_view checkpoint = "checkpoint.pt";
inline constexpr std::string_view start = "checkpoint.pt.start"; ///< a folder with another trial's
inline constexpr std::string_view output = "stdout.log";
inline constexpr std::string_view control = "control";
} // namespace trial_file

/// `root/gn2-lr.20261121-094512.345/0007`: an experiment's directory carries the time of its creation, so
/// that one of the same name, made after the first was removed, does not find the other's trials in its
/// place.
std::string experimentDirectory(std::string_view root, std::string_view experiment,
                                TimePoint experimentCreated);
std::string trialDirectory(std::string_view root, std::string_view experiment, TimePoint experimentCreated,
                           int trial);

/// What the wrapper script says of one attempt in status.json.
struct TrialStatus {
    enum class Phase { Started, Exited };
    Phase phase = Phase::Started;
    int attempt = 1;
    std::int64_t wrapperPid = 0;
    std::int64_t wrapperStartTicks =
        0;                       ///< of proc(5) stat: with pid and boot id it names one process for ever
    std::int64_t programPid = 0; ///< leads the session and process group of the trial's program
    std::string bootId;
    std::string host;
    std::string device;
    std::int64_t startedAt = 0; ///< seconds since the Unix epoch
    std::int64_t heartbeatAt = 0;
    int exitCode = 0;        ///< once exited; 128 + n for signal n
    bool terminated = false; ///< the attempt was sent SIGTERM
};

/// Empty for text that is not a whole status (a file of another program, or truncated).
std::optional<TrialStatus> parseTrialStatus(std::string_view json);

} // namespace widthwise
