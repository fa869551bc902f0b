// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace widthwise {

/// The names of the files through which a trial and its driver meet. See "The trial protocol" in ARCHITECTURE.md.
namespace trial_file {
inline constexpr std::string_view config = "config.json";
inline constexpr std::string_view metrics = "metrics.jsonl";
inline constexpr std::string_view status = "status.json";
inline constexpr std::string_view checkpoint = "checkpoint.pt";
inline constexpr std::string_view output = "stdout.log";
inline constexpr std::string_view control = "control";
} // namespace trial_file

/// `root/experiment/0007`.
std::string trialDirectory(std::string_view root, std::string_view experiment, int trial);

/// What the wrapper script says of one attempt in status.json.
struct TrialStatus {
    enum class Phase { Started, Exited };
    Phase phase = Phase::Started;
    int attempt = 1;
    std::int64_t wrapperPid = 0;
    std::string bootId;       ///< of the machine, so that a pid of an earlier boot is not mistaken
    std::string host;
    std::string device;
    std::int64_t startedAt = 0;   ///< seconds since the Unix epoch
    std::int64_t heartbeatAt = 0;
    int exitCode = 0;         ///< once exited; 128 + n for signal n
};

/// Empty for text that is not a whole status (a file of another program, or truncated).
std::optional<TrialStatus> parseTrialStatus(std::string_view json);

} // namespace widthwise
