// SPDX-License-Identifier: GPL-3.0-or-later
// What a Driver does when its experiment is changed. Where the rungs are others now, its trials are placed
// among these: what was reported stays, and no step is trained twice.
#include "core/experiment/driver.h"
#include "core/experiment/driver_words.h"
#include "core/schedule/schedulers.h"

#include <algorithm>

namespace widthwise {

namespace {

/// The lowest rung at a step or beyond it.
int rungFrom(const RungPlan& plan, std::int64_t step)
{
    const auto rung = std::ranges::lower_bound(plan.steps, step);
    return rung == plan.steps.end() ? plan.highest() : static_cast<int>(rung - plan.steps.begin());
}

} // namespace

void Driver::on(const event::Changed& changed)
{
    const SchedulerSettings schedule = m_experiment.schedule;
    const RungPlan plan = m_scheduler->plan();
    takeUp(changed.experiment, changed.program ? std::move(*changed.program) : ExternalProgram());
    const bool same = schedule == m_experiment.schedule && plan == m_scheduler->plan();
    if (same || m_experiment.fidelity)
        return;
    for (Trial& trial : m_trials)
        place(trial);
}

/// On the rung where it stands, or the next one. What runs to its end goes on to its end, and so does
/// everything where trials do not wait at rungs.
void Driver::place(Trial& trial)
{
    const RungPlan& plan = m_scheduler->plan();
    const std::int64_t step = isAtRung(trial) ? *trial.untilStep : trial.lastStep.value_or(0);
    const bool stops = trial.untilStep && schedulerOf(m_experiment.schedule.type).pauses;
    edit(trial, [&](Trial& t) {
        t.bracket = 0;
        t.firstRung.reset(); // of the rungs that there were
        t.rung = stops ? rungFrom(plan, step) : plan.highest();
    });
    settle(trial);
}

/// A trial that does not run will run to its rung, wherever that is now. One that waits at a step that is no
/// rung goes on; what runs was told its step, and is settled when it ends.
void Driver::settle(Trial& trial)
{
    const auto until = m_scheduler->plan().untilStep(trial.rung);
    const bool isSettled = m_experiment.fidelity || !trial.untilStep || trial.untilStep == until;
    if (isSettled || m_index.active().contains(trial.number))
        return;
    edit(trial, [&](Trial& t) { t.untilStep = until; });
    if (trial.state != TrialState::Paused || trial.agent != Agent::Scheduler || isAtRung(trial))
        return;
    nextAttempt(trial, true);
    edit(trial, [](Trial& t) { t.reason = words::newRungs; });
}

/// It ended well where it was told to pause, and there is no rung any more.
bool Driver::pausedAtFormerRung(const Trial& trial) const
{
    return !m_experiment.fidelity && isAtRung(trial) &&
           trial.untilStep != m_scheduler->plan().untilStep(trial.rung);
}

} // namespace widthwise
