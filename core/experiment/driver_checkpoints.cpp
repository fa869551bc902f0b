// SPDX-License-Identifier: GPL-3.0-or-later
// Which checkpoints a Driver has deleted: those that no decision to come can need.
#include "core/experiment/checkpoints.h"
#include "core/experiment/driver.h"

namespace widthwise {

void Driver::on(const event::Measured& measured)
{
    if (Trial* trial = find(measured.trial); trial && trial->checkpointBytes != measured.bytes)
        edit(*trial, [&](Trial& t) { t.checkpointBytes = measured.bytes; });
}

/// Of the trials that changed, and of those whose checkpoint is needed only until another trial is the best,
/// or the scheduler has done with it.
void Driver::dropCheckpoints()
{
    if (m_experiment.checkpoints == CheckpointKeeping::All)
        return m_unjudged.clear();
    m_unjudged.merge(std::exchange(m_spared, {}));
    for (const int number : std::exchange(m_unjudged, {})) {
        Trial& trial = *find(number);
        const bool isThere = trial.checkpointBytes.value_or(0) > 0 && !trial.checkpointDropped;
        if (!isThere || mayNeedCheckpoint(m_experiment.checkpoints, m_state, trial))
            continue;
        if (&trial == best() || m_scheduler->mayContinueFrom(m_history, static_cast<std::size_t>(number))) {
            m_spared.insert(number);
            continue;
        }
        edit(trial, [](Trial& t) { t.checkpointDropped = true; });
        m_actions.emplace_back(action::DropCheckpoint{number});
    }
    m_unjudged.clear();
}

} // namespace widthwise
