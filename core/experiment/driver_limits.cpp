// SPDX-License-Identifier: GPL-3.0-or-later
// Where a Driver ends a trial, or the experiment, because a limit is reached.
#include "core/experiment/driver.h"
#include "core/experiment/driver_words.h"
#include "core/experiment/ranking.h"

namespace widthwise {

void Driver::enforceDeadlines()
{
    while (const std::optional<int> number = m_index.takeOverdue(m_now)) {
        Trial& trial = *find(*number);
        if (trial.stop && trial.stop->waits)
            askNow(trial, words::didNotEnd(stopGrace));
        else if (trial.stop)
            m_actions.emplace_back(action::Kill{*number});
        else
            askToStop(trial, TrialState::Stopped, Agent::Machine,
                      words::timeLimit(*m_experiment.resources.timeLimit));
    }
}

void Driver::enforceBudget()
{
    if (isFinal(m_state))
        return;
    const Budget& budget = m_experiment.budget;
    const Objective& objective = m_experiment.objective;
    const Trial* top = best();
    if (static_cast<int>(m_index.failed().size()) > budget.failedTrials)
        endExperiment(ExperimentState::Failed, words::tooManyFailed(m_index.failed().size(), budget,
                                                                    *find(*m_index.failed().rbegin())));
    else if (top && reachesGoal(objective, *top->objective))
        endExperiment(ExperimentState::Completed, words::goalReached(objective, *top));
    else if (budget.wallTime && m_now - m_started >= *budget.wallTime)
        endExperiment(ExperimentState::Completed, words::wallTimeSpent(*budget.wallTime));
    else if (budget.deviceHours && deviceHours(m_now) >= *budget.deviceHours)
        endExperiment(ExperimentState::Completed, words::deviceHoursSpent(*budget.deviceHours));
}

} // namespace widthwise
