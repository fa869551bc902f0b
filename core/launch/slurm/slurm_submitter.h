// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace widthwise {

/// A name that no other submission has.
std::string freshSubmissionName();

/// Gives scripts to sbatch, and no more tasks at a time than the cluster takes: an array has as many as
/// MaxArraySize says, and half as many after each refusal for want of room (MaxSubmit of a QOS or account).
class SlurmSubmitter {
public:
    explicit SlurmSubmitter(Host& host) : m_host(host) {}

    /// False for some seconds after something went wrong.
    bool mayTry() const { return SteadyClock::now() >= m_nextTry; }
    /// How many tasks the next submission may have. Throws HostError where SLURM does not answer.
    std::size_t most();

    struct Answer {
        enum class Kind {
            Accepted,
            Unanswered, ///< it may have been submitted
            Crowded,    ///< it was not: there is no room for so many
            Refused,    ///< and always will be
        };
        Kind kind = Kind::Accepted;
        std::string job = {};    ///< its id, where it was accepted
        std::string reason = {}; ///< in plain words, where it was not
    };
    /// Submits the script `path`, which starts `tasks` of them.
    Answer submit(const std::string& path, std::size_t tasks);
    /// Why it waits before it tries again.
    std::string notice() const { return m_notice; }

private:
    using SteadyClock = std::chrono::steady_clock;

    Host& m_host;
    std::optional<std::size_t> m_largestArray; ///< once asked for
    std::size_t m_most = 0;                    ///< that there was room for
    std::string m_notice;
    SteadyClock::time_point m_nextTry{};
};

} // namespace widthwise
