// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace widthwise {

/// A random search over one float, minimising `loss`.
inline Experiment simulatedExperiment(int parallel, std::optional<int> trials)
{
    Experiment experiment;
    experiment.name = "simulated";
    experiment.objective.metric = "loss";
    experiment.trial.program = CommandTemplate{"true"};
    experiment.space = SearchSpace({Parameter{"x", FloatRange{}, {}, {}}});
    experiment.search.algorithm = "random";
    experiment.resources.parallel = parallel;
    experiment.budget.trials = trials;
    return experiment;
}

/// What a runner does with a driver's actions, without programs: it remembers what was saved and what was
/// asked for.
class DriverSimulation {
public:
    explicit DriverSimulation(const Experiment& experiment)
        : m_experiment(experiment),
          m_driver(std::make_unique<Driver>(experiment, ExperimentState::Ready, std::vector<Trial>(), now))
    {
        handle(event::Ticked{});
    }

    std::vector<Action> handle(const Event& event)
    {
        if (const auto* changed = std::get_if<event::Changed>(&event))
            m_experiment = changed->experiment;
        keepReport(event);
        std::vector<Action> actions = m_driver->handle(event, now);
        for (const Action& action : actions)
            carryOut(action);
        return actions;
    }

    void start(int trial) { handle(event::Started{trial, "cpu"}); }
    void report(int trial, std::int64_t step, double value) { handle(event::Reported{trial, step, value}); }
    void exit(int trial, TrialExit::Kind kind = TrialExit::Kind::Succeeded, const std::string& why = {})
    {
        handle(event::Exited{trial, {kind, why}});
    }
    void command(Command::Kind kind, int trial = -1) { handle(event::Commanded{{kind, trial}}); }
    /// A person changes the experiment.
    void change(const Experiment& experiment) { handle(event::Changed{experiment}); }
    const Experiment& experiment() const { return m_experiment; }
    /// Starts the trial, reports one value and ends it well.
    void complete(int trial, double value)
    {
        start(trial);
        report(trial, 1, value);
        exit(trial);
    }
    void wait(std::chrono::milliseconds time)
    {
        now += time;
        handle(event::Ticked{});
    }
    /// As after a crash: a new driver, from what was saved.
    void rebuild() { rebuild(m_experiment); }
    /// The same, of an experiment whose text was changed meanwhile.
    void rebuild(const Experiment& experiment)
    {
        m_experiment = experiment;
        std::vector<Trial> history;
        for (const auto& [number, trial] : saved)
            history.push_back(trial);
        m_driver = std::make_unique<Driver>(m_experiment, state, std::move(history), startedAt);
        for (const auto& [trial, reports] : m_reports)
            for (const event::Reported& report : reports)
                m_driver->recall(report);
    }

    const Driver& driver() const { return *m_driver; }
    const Trial& trial(int number) const { return saved.at(number); }
    TrialState stateOf(int number) const { return saved.at(number).state; }

    TimePoint now{std::chrono::hours(24 * 365)};
    const TimePoint startedAt = now;
    std::map<int, Trial> saved;
    ExperimentState state = ExperimentState::Ready;
    std::string reason;
    std::vector<std::pair<int, bool>> launches; ///< trial and whether from its checkpoint
    std::set<int> stopRequests;
    std::set<int> kills;
    std::set<int> deleted; ///< trials whose checkpoint is gone
    std::vector<int> lost; ///< trials that were to go on without one, or were the best when it was deleted

private:
    /// As the store does: what a trial that runs has reported, until it begins anew.
    void keepReport(const Event& event)
    {
        const auto* reported = std::get_if<event::Reported>(&event);
        const auto trial = reported ? saved.find(reported->trial) : saved.end();
        if (trial == saved.end())
            return;
        const bool runs =
            trial->second.state == TrialState::Queued || trial->second.state == TrialState::Running;
        if (runs && reported->step > trial->second.lastStep.value_or(-1))
            m_reports[reported->trial].push_back(*reported);
    }
    void carryOut(const Action& action)
    {
        if (const auto* save = std::get_if<action::Save>(&action)) {
            saved[save->trial.number] = save->trial;
        } else if (const auto* launch = std::get_if<action::Launch>(&action)) {
            launches.emplace_back(launch->trial, launch->fromCheckpoint);
            if (launch->fromCheckpoint && deleted.contains(launch->trial))
                lost.push_back(launch->trial);
            deleted.erase(launch->trial);
            if (!launch->fromCheckpoint)
                m_reports.erase(launch->trial);
        } else if (const auto* drop = std::get_if<action::DropCheckpoint>(&action)) {
            deleted.insert(drop->trial);
            if (m_driver->best() && m_driver->best()->number == drop->trial)
                lost.push_back(drop->trial);
        } else if (const auto* change = std::get_if<action::SetState>(&action)) {
            state = change->state;
            reason = change->reason;
        } else if (const auto* stop = std::get_if<action::RequestStop>(&action)) {
            stopRequests.insert(stop->trial);
        } else if (const auto* kill = std::get_if<action::Kill>(&action)) {
            kills.insert(kill->trial);
        }
    }

    Experiment m_experiment;
    std::map<int, std::vector<event::Reported>> m_reports; ///< by trial
    std::unique_ptr<Driver> m_driver;
};

} // namespace widthwise
