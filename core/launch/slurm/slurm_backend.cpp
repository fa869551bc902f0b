// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_backend.h"

#include "core/launch/slurm/slurm_meaning.h"

namespace widthwise {

using namespace std::chrono_literals;

void SlurmBackend::carryOut(const std::string& commands, const std::vector<SlurmAttempt*>& obeyed)
{
    constexpr auto deadline = 60s;
    if (commands.empty())
        return;
    const CommandResult result = m_context.host.run(commands, deadline);
    const SlurmRefusal refusal = refusalOf(result.errors);
    if (result.timedOut || refusal.kind == SlurmRefusal::Kind::Unanswered)
        throw HostError("cannot stop trials: " + refusal.text);
    for (SlurmAttempt* attempt : obeyed) {
        attempt->stopWanted = attempt->killWanted = false;
        attempt->stopAsked = true;
    }
    m_context.queue.lookSoon();
}

} // namespace widthwise
