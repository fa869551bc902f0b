// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_submitter.h"

#include "core/host/shell.h"
#include "core/launch/slurm/slurm_job.h"
#include "core/launch/slurm/slurm_meaning.h"

#include <algorithm>
#include <cstdio>
#include <random>

namespace widthwise {

using namespace std::chrono_literals;

namespace {

constexpr auto commandDeadline = 60s;
constexpr auto retryPause = 10s;

} // namespace

std::string freshSubmissionName()
{
    std::random_device random;
    char text[32];
    std::snprintf(text, sizeof text, "widthwise-%08x%08x", random(), random());
    return text;
}

std::size_t SlurmSubmitter::most()
{
    if (!m_largestArray) {
        const CommandResult config = m_host.run("scontrol show config", commandDeadline);
        if (config.exitCode != 0)
            throw HostError("cannot submit: " + refusalOf(config.errors).text);
        m_largestArray = readLargestArray(config.output);
        m_most = *m_largestArray;
    }
    return m_most;
}

SlurmSubmitter::Answer SlurmSubmitter::submit(const std::string& path, std::size_t tasks)
{
    const CommandResult result = m_host.run("sbatch --parsable " + shellQuoted(path), commandDeadline);
    if (result.exitCode == 0) {
        m_notice.clear();
        m_most = std::min(2 * m_most, *m_largestArray);
        return {.job = result.output.substr(0, result.output.find_first_of(";\n"))};
    }
    const SlurmRefusal refusal = result.timedOut
                                     ? SlurmRefusal{"sbatch does not answer", SlurmRefusal::Kind::Unanswered}
                                     : refusalOf(result.errors);
    if (refusal.kind == SlurmRefusal::Kind::Lasting)
        return {.kind = Answer::Kind::Refused, .reason = refusal.text};
    m_notice = refusal.text;
    m_nextTry = SteadyClock::now() + retryPause;
    if (refusal.kind == SlurmRefusal::Kind::Unanswered)
        return {.kind = Answer::Kind::Unanswered, .reason = refusal.text};
    m_most = std::max<std::size_t>(1, tasks / 2);
    m_notice += ": tried again with " + std::to_string(m_most) + " at a time";
    return {.kind = Answer::Kind::Crowded, .reason = refusal.text};
}

} // namespace widthwise
