// SPDX-License-Identifier: GPL-3.0-or-later
// Trials that begin from others' checkpoints.
#include "core/experiment/driver.h"
#include "core/experiment/driver_words.h"
#include "core/experiment/rungs.h"
#include "core/schedule/schedulers.h"
#include "core/search/explore.h"

namespace widthwise {

/// What ends and what takes its place are recorded together.
void Driver::copy(const CopyTrial& copy)
{
    if (copy.replaced)
        finish(m_trials[*copy.replaced], TrialState::Stopped, Agent::Scheduler, copy.reason);
    const Trial& from = m_trials[copy.trial];
    const Configuration before = from.configuration;
    appendTrial(explored(before, m_experiment.space, settingOf(m_experiment.schedule, "resample"),
                         drawsOfCopy(m_experiment.seed, m_trials.size())),
                from.bracket, copy.rung, from.number);
    Trial& trial = m_trials.back();
    edit(trial, [&](Trial& t) {
        t.firstRung = copy.rung;
        t.reason = words::copied(static_cast<int>(copy.trial), *copiedAt(m_experiment, t),
                                 differences(before, t.configuration));
    });
    launchTrial(trial);
}

} // namespace widthwise
