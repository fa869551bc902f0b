// SPDX-License-Identifier: GPL-3.0-or-later
// How a Driver has a running trial end: by itself where it knows its rung, else because it is asked to.
#include "core/experiment/driver.h"
#include "core/experiment/driver_words.h"

namespace widthwise {

/// A program that knows its rung writes its checkpoint there and ends by itself.
void Driver::carryOut(Trial& trial, const Judgement& judgement)
{
    if (judgement.decision == Decision::Continue)
        return;
    if (judgement.decision == Decision::Stop)
        return askToStop(trial, TrialState::Stopped, Agent::Scheduler, judgement.reason);
    if (trial.lastStep == trial.untilStep)
        noteStop(trial, {TrialState::Paused, m_now + stopGrace, true}, Agent::Scheduler, judgement.reason);
    else
        askToStop(trial, TrialState::Paused, Agent::Scheduler,
                  judgement.reason + (isAtRung(trial) ? words::wentOn(trial) : ""));
}

/// It has nothing more to train, wherever it was to pause.
void Driver::completeRun(Trial& trial)
{
    if (!trial.untilStep)
        return;
    edit(trial, [&](Trial& t) {
        t.rung = m_scheduler->plan().highest();
        t.untilStep.reset();
        if (!t.stop || t.agent != Agent::Scheduler)
            return;
        t.agent = Agent::Program;
        t.reason.clear();
        if (t.stop->waits)
            t.stop.reset();
        else
            t.stop->becomes = TrialState::Completed;
    });
}

/// Where a trial is asked twice, the later wish counts; one that diverges has diverged.
void Driver::askToStop(Trial& trial, TrialState becomes, Agent agent, const std::string& reason)
{
    if (noteStop(trial, {becomes, m_now, false}, agent, reason))
        m_actions.emplace_back(action::RequestStop{trial.number});
}

/// One that was to end by itself did not.
void Driver::askNow(Trial& trial, const std::string& why)
{
    edit(trial, [&](Trial& t) {
        t.stop->asked = m_now;
        t.stop->waits = false;
        t.reason += why;
    });
    m_actions.emplace_back(action::RequestStop{trial.number});
}

bool Driver::noteStop(Trial& trial, StopRequest stop, Agent agent, const std::string& reason)
{
    const bool already = trial.stop.has_value();
    if (already && trial.stop->becomes == TrialState::Diverged)
        return false;
    const bool isNow = !already || (trial.stop->waits && stop.becomes == TrialState::Diverged);
    edit(trial, [&](Trial& t) {
        if (isNow)
            t.stop = stop;
        t.stop->becomes = stop.becomes;
        t.agent = agent;
        t.reason = reason;
    });
    return isNow;
}

} // namespace widthwise
