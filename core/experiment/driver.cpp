// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/driver.h"

#include "core/experiment/driver_words.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/experiment/rungs.h"
#include "core/schedule/final_values.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace widthwise {

namespace {

PastTrial::State pastState(const Trial& trial)
{
    if (trial.state == TrialState::Paused)
        return trial.agent == Agent::Scheduler ? PastTrial::State::Paused : PastTrial::State::Held;
    if (!isFinal(trial.state))
        return PastTrial::State::Waiting;
    if (isSettled(trial))
        return PastTrial::State::Ended;
    return failedOrDiverged(trial) && trial.agent != Agent::Machine ? PastTrial::State::Failed
                                                                    : PastTrial::State::Void;
}

/// The scheduler has stopped it for good: what its program still reports depends on when it is heard, and
/// decides nothing.
bool isCutOff(const Trial& trial)
{
    return trial.stop && trial.stop->becomes == TrialState::Stopped && trial.agent == Agent::Scheduler;
}

double hours(std::chrono::milliseconds time)
{
    return std::chrono::duration<double, std::ratio<3600>>(time).count();
}

} // namespace

Driver::Driver(Experiment experiment, ExperimentState state, std::vector<Trial> history, TimePoint started,
               ExternalProgram program)
    : m_state(state), m_trials(std::move(history)), m_started(started), m_now(started),
      m_index(m_experiment, stopGrace)
{
    for (std::size_t i = 0; i < m_trials.size(); ++i)
        if (m_trials[i].number != static_cast<int>(i))
            throw std::invalid_argument("trial " + std::to_string(i) +
                                        " is missing from the experiment's history");
    takeUp(std::move(experiment), std::move(program));
}

/// Makes what follows from an experiment and the trials that there are; what these reported stays.
void Driver::takeUp(Experiment experiment, ExternalProgram program)
{
    if (experiment.resources.parallel < 1)
        throw std::invalid_argument("resources.parallel must be at least 1");
    auto search = makeSearchAlgorithm(experiment.search, experiment.space, experiment.objective.direction,
                                      experiment.seed, std::move(program));
    m_scheduler = makeScheduler(experiment.schedule, schedulingTask(experiment));
    m_search = std::move(search);
    m_experiment = std::move(experiment);
    m_length.emplace(m_experiment);
    m_finalValues.reset();
    if (m_scheduler->plan().rungs > 1 && m_search->learns())
        m_finalValues = std::make_unique<FinalValues>(m_scheduler->plan(), m_experiment.objective.direction,
                                                      m_experiment.objective.value);
    m_exhausted = false;
    m_runLength = m_scheduler->plan().isOfOneRun() ? runLength(m_experiment) : 0;
    m_index = TrialIndex(m_experiment, stopGrace);
    const History before = std::exchange(m_history, {});
    for (std::size_t i = 0; i < m_trials.size(); ++i) {
        PastTrial past = pastTrial(m_trials[i]);
        if (i < before.size()) {
            past.reports = before[i].reports;
            past.generation = before[i].generation;
        }
        m_index.add(m_trials[i]);
        m_history.push_back(std::move(past));
        record(m_trials[i]);
        m_unjudged.insert(m_trials[i].number);
    }
}

Driver::~Driver() = default;

PastTrial Driver::pastTrial(const Trial& trial) const
{
    PastTrial past{.configuration = trial.configuration, .bracket = trial.bracket, .rung = trial.rung};
    past.length = m_length->of(trial.configuration);
    if (trial.promotedFrom)
        past.parent = static_cast<std::size_t>(*trial.promotedFrom);
    return past;
}

/// What lies in the store of a trial that is to begin anew is void: it has no last step.
void Driver::recall(const event::Reported& report)
{
    const Trial* trial = find(report.trial);
    if (!trial || !trial->lastStep || report.step > *trial->lastStep || !std::isfinite(report.value))
        return;
    std::vector<Report>& known = m_history.change(static_cast<std::size_t>(report.trial)).reports;
    const auto place = std::ranges::lower_bound(known, report.step, {}, &Report::step);
    if (place == known.end() || place->step != report.step)
        known.insert(place, {report.step, report.value});
}

void Driver::record(const Trial& trial)
{
    PastTrial& past = m_history.change(static_cast<std::size_t>(trial.number));
    past.state = pastState(trial);
    past.value = trial.objective;
    past.rung = trial.rung;
    past.firstRung = trial.firstRung;
    past.bracket = trial.bracket;
}

std::vector<Action> Driver::handle(const Event& event, TimePoint now)
{
    m_now = now;
    m_actions.clear();
    if (m_state == ExperimentState::Ready || m_state == ExperimentState::Draft)
        setState(ExperimentState::Running, {});
    std::visit([this](const auto& e) { on(e); }, event);
    enforceDeadlines();
    enforceBudget();
    launchTrials();
    concludeSearch();
    dropCheckpoints();
    return std::move(m_actions);
}

const Trial* Driver::best() const
{
    const std::optional<int> number = m_index.best();
    return number ? &m_trials[static_cast<std::size_t>(*number)] : nullptr;
}

std::string Driver::notice() const
{
    if (m_thinking && !m_thinking->delay.empty())
        return m_thinking->delay;
    const bool isHeldUp = m_state == ExperimentState::Running && !m_thinking && m_index.active().empty() &&
                          m_index.pending().empty() && !m_index.held().empty();
    return isHeldUp ? words::waitsForPerson(m_experiment.name, m_index.held())
                    : m_scheduler->notice(m_history);
}

double Driver::deviceHours(TimePoint now) const
{
    return deviceCount(m_experiment.resources) * hours(m_index.runningTime(now));
}

bool Driver::finished() const
{
    return isFinal(m_state) && m_index.active().empty() && m_index.pending().empty();
}

Trial* Driver::find(int trial)
{
    const auto index = static_cast<std::size_t>(trial);
    return trial >= 0 && index < m_trials.size() ? &m_trials[index] : nullptr;
}

void Driver::on(const event::Started& started)
{
    Trial* trial = find(started.trial);
    if (!trial || trial->state != TrialState::Queued)
        return;
    edit(*trial, [&](Trial& t) {
        t.state = TrialState::Running;
        t.started = m_now;
        t.device = started.device;
    });
}

void Driver::on(const event::Reported& reported)
{
    Trial* trial = find(reported.trial);
    if (!trial || !isActive(trial->state) || (trial->lastStep && reported.step <= *trial->lastStep) ||
        isCutOff(*trial))
        return;
    if (!std::isfinite(reported.value)) {
        edit(*trial, [&](Trial& t) { t.lastStep = reported.step; });
        askToStop(*trial, TrialState::Diverged, Agent::Program,
                  words::diverged(m_experiment.objective, reported));
        return;
    }
    edit(*trial, [&](Trial& t) {
        t.lastStep = reported.step;
        t.interruptions = 0;
        if (replaces(m_experiment.objective, reported.value, t.objective)) {
            t.objective = reported.value;
            t.objectiveStep = reported.step;
        }
    });
    const auto place = static_cast<std::size_t>(reported.trial);
    m_history.change(place).reports.push_back({reported.step, reported.value});
    if (m_runLength > 0 && reported.step >= m_runLength)
        return completeRun(*trial);
    const Judgement judgement = m_scheduler->judge(m_history, place);
    if (!trial->stop)
        carryOut(*trial, judgement);
    else if (trial->stop->waits && isAtRung(*trial) && trial->lastStep > trial->untilStep)
        askNow(*trial, words::wentOn(*trial));
}

void Driver::on(const event::Noticed& noticed)
{
    Trial* trial = find(noticed.trial);
    if (!trial || !isActive(trial->state))
        return;
    std::vector<Notice> notices = noticed.notices;
    if (trial->stop) // before it could write
        std::erase_if(notices, [](const Notice& one) { return one.kind == Notice::Kind::NeverThere; });
    if (trial->notices != notices)
        edit(*trial, [&](Trial& t) { t.notices = std::move(notices); });
}

void Driver::on(const event::Noted& noted)
{
    if (Trial* trial = find(noted.trial); trial && isActive(trial->state) && !trial->stop)
        edit(*trial, [&](Trial& t) { t.reason = noted.text; });
}

void Driver::on(const event::Exited& exited)
{
    Trial* trial = find(exited.trial);
    if (!trial || !isActive(trial->state))
        return;
    const TrialExit& exit = exited.exit;
    if (trial->stop) {
        const TrialState becomes = trial->stop->becomes;
        const bool neverRan = !trial->started && !trial->continues;
        finish(*trial, becomes == TrialState::Stopped && neverRan ? TrialState::Cancelled : becomes,
               trial->agent, trial->reason);
    } else if (exit.kind == TrialExit::Kind::Interrupted) {
        goOn(*trial, exit.reason);
    } else if (exit.kind != TrialExit::Kind::Succeeded) {
        const bool byItself = exit.kind == TrialExit::Kind::Failed;
        finish(*trial, TrialState::Failed, byItself ? Agent::Program : Agent::Machine, exit.reason);
    } else if (pausedAtFormerRung(*trial)) {
        nextAttempt(*trial, true);
    } else if (!trial->objective) {
        const std::string note = trial->notices.empty() ? trial->reason : toText(trial->notices);
        finish(*trial, TrialState::Failed, Agent::Program,
               words::withoutObjective(m_experiment.objective, note));
    } else {
        finish(*trial, TrialState::Completed, Agent::Program, trial->reason);
    }
    settle(*trial);
    if (exit.kind == TrialExit::Kind::Unstarted && trial->state == TrialState::Failed && !isFinal(m_state))
        endExperiment(ExperimentState::Failed, words::unstarted(exit.reason));
}

void Driver::on(const event::Ticked&) {}

/// The trial's program is gone, or it never had one. One that was paused has not run since.
void Driver::finish(Trial& trial, TrialState state, Agent agent, const std::string& reason)
{
    edit(trial, [&](Trial& t) {
        t.state = state;
        t.agent = agent;
        t.finished = t.finished.value_or(m_now);
        t.reason = reason;
        t.stop.reset();
    });
    if (state == TrialState::Pending)
        nextAttempt(trial, true);
}

void Driver::goOn(Trial& trial, const std::string& reason)
{
    edit(trial, [](Trial& t) { ++t.interruptions; });
    if (trial.interruptions >= mostFruitlessAttempts) {
        finish(trial, TrialState::Failed, Agent::Machine, words::gotNoFurther(reason, trial.interruptions));
        return;
    }
    nextAttempt(trial, true);
    edit(trial, [&](Trial& t) { t.reason = reason; });
}

/// Where there is no checkpoint any more it begins anew.
void Driver::nextAttempt(Trial& trial, bool continues)
{
    edit(trial, [&](Trial& t) {
        t.secondsBefore = duration(t, m_now).count();
        t.state = TrialState::Pending;
        t.continues = continues && !t.checkpointDropped && (t.continues || t.started);
        t.attempt += 1;
        t.agent = Agent::Program;
        t.queued.reset();
        t.started.reset();
        t.finished.reset();
        t.reason.clear();
        if (!t.continues) {
            t.objective.reset();
            t.objectiveStep.reset();
            t.lastStep.reset();
            t.notices.clear();
            t.checkpointBytes.reset();
            t.checkpointDropped = false;
        }
    });
    if (!trial.continues) {
        PastTrial& past = m_history.change(static_cast<std::size_t>(trial.number));
        past.reports.clear();
        ++past.generation;
    }
}

/// As if it had just come there.
void Driver::waitAtRung(Trial& trial, const std::string& reason)
{
    edit(trial, [&](Trial& t) {
        t.state = TrialState::Paused;
        t.agent = Agent::Scheduler;
        t.reason = reason;
    });
}

void Driver::setState(ExperimentState state, const std::string& reason)
{
    m_state = state;
    for (const Trial& trial : m_trials)
        m_unjudged.insert(trial.number);
    m_actions.emplace_back(action::SetState{state, reason});
}

/// What waits is cancelled and what runs is asked to stop.
void Driver::endExperiment(ExperimentState state, const std::string& reason)
{
    setState(state, reason);
    const std::string why = words::experimentEnded(state, reason);
    for (const std::set<int>& numbers : {m_index.pending(), m_index.waiting(), m_index.held()})
        for (const int number : numbers) {
            Trial& trial = *find(number);
            const bool hasRun = trial.continues || trial.started;
            finish(trial, hasRun ? TrialState::Stopped : TrialState::Cancelled, Agent::Experiment, why);
        }
    const std::set<int> active = m_index.active();
    for (const int number : active)
        if (Trial& trial = *find(number); !trial.stop || trial.stop->becomes != TrialState::Stopped)
            askToStop(trial, TrialState::Stopped, Agent::Experiment, why);
}

/// A paused experiment starts nothing. One that has ended starts only what a person asked for again.
void Driver::launchTrials()
{
    m_thinking.reset();
    if (m_state == ExperimentState::Paused)
        return;
    const auto parallel = static_cast<std::size_t>(m_experiment.resources.parallel);
    while (m_index.active().size() < parallel) {
        if (!m_index.pending().empty())
            launchTrial(*find(*m_index.pending().begin()));
        else if (m_state != ExperimentState::Running || !launchDue())
            return;
    }
}

void Driver::launchTrial(Trial& trial)
{
    edit(trial, [&](Trial& t) {
        t.state = TrialState::Queued;
        t.queued = m_now;
    });
    m_actions.emplace_back(action::Launch{trial.number, trial.continues});
}

bool Driver::mayAddTrials() const
{
    const std::optional<int> most = m_experiment.budget.trials;
    return m_state == ExperimentState::Running && !m_exhausted &&
           (!most || std::cmp_less(m_history.proposals(), *most));
}

/// Does what the scheduler says is due for a free place. False where that is nothing.
bool Driver::launchDue()
{
    const Due due = m_scheduler->next(m_history, mayAddTrials());
    if (const auto* promotion = std::get_if<PromoteTrial>(&due)) {
        promote(*promotion);
        return true;
    }
    if (const auto* copied = std::get_if<CopyTrial>(&due)) {
        copy(*copied);
        return true;
    }
    if (const auto* stop = std::get_if<StopTrial>(&due)) {
        finish(m_trials[stop->trial], TrialState::Stopped, Agent::Scheduler, stop->reason);
        return true;
    }
    const auto* start = std::get_if<StartTrial>(&due);
    return start && (addTrial(*start) || (m_exhausted && launchDue()));
}

/// In the same run, or as a trial with the next size.
void Driver::promote(const PromoteTrial& promotion)
{
    Trial& trial = m_trials[promotion.trial];
    if (!m_experiment.fidelity) {
        nextAttempt(trial, true);
        edit(trial, [&](Trial& t) {
            t.rung = promotion.rung;
            t.untilStep = m_scheduler->plan().untilStep(promotion.rung);
            t.reason = promotion.reason;
        });
        return launchTrial(trial);
    }
    appendTrial(trial.configuration, trial.bracket, promotion.rung, trial.number);
    edit(m_trials.back(), [&](Trial& t) { t.reason = promotion.reason; });
    launchTrial(m_trials.back());
}

/// Where trials are compared at rungs, the search learns from all of them.
Proposal Driver::proposal()
{
    return m_search->propose(m_finalValues ? m_finalValues->of(m_history) : m_history);
}

bool Driver::addTrial(const StartTrial& start)
{
    Proposal proposal = Wait{};
    try {
        proposal = this->proposal();
    } catch (const SearchFailure& failure) {
        endExperiment(ExperimentState::Failed, words::searchFailed(failure.what()));
    }
    m_exhausted = std::holds_alternative<Exhausted>(proposal);
    if (auto* thinking = std::get_if<Thinking>(&proposal))
        m_thinking = std::move(*thinking);
    auto* configuration = std::get_if<Configuration>(&proposal);
    if (!configuration)
        return false;
    appendTrial(std::move(*configuration), start.bracket, start.rung, {});
    launchTrial(m_trials.back());
    return true;
}

void Driver::appendTrial(Configuration configuration, int bracket, int rung, std::optional<int> promotedFrom)
{
    Trial trial;
    trial.number = static_cast<int>(m_trials.size());
    trial.configuration = std::move(configuration);
    if (const auto& fidelity = m_experiment.fidelity)
        trial.configuration.set(fidelity->parameter, fidelity->values[static_cast<std::size_t>(rung)]);
    trial.created = m_now;
    trial.bracket = bracket;
    trial.rung = rung;
    trial.untilStep = m_scheduler->plan().untilStep(rung);
    trial.promotedFrom = promotedFrom;
    m_history.push_back(pastTrial(trial));
    m_trials.push_back(std::move(trial));
    m_index.add(m_trials.back());
}

/// Nothing is due where free places were not taken, and nothing comes of itself where no trial runs.
void Driver::concludeSearch()
{
    if (isFinal(m_state))
        return leaveBehind();
    const bool idle = m_index.active().empty() && m_index.pending().empty() && m_index.held().empty();
    if (m_state != ExperimentState::Running || !idle || m_thinking)
        return;
    leaveBehind();
    if (best())
        setState(ExperimentState::Completed, {});
    else
        setState(ExperimentState::Failed, words::noValue(m_experiment.objective, m_trials));
}

/// What still waits at its rung was not good enough to be trained further, or came there too late.
void Driver::leaveBehind()
{
    const std::set<int> waiting = m_index.waiting();
    for (const int number : waiting) {
        Trial& trial = *find(number);
        finish(trial, TrialState::Stopped, Agent::Experiment, words::notPromoted(m_state, trial));
    }
}

} // namespace widthwise
