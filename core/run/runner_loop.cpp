// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner_loop.h"

#include "core/experiment/experiment_change.h"
#include "core/experiment/rungs.h"
#include "core/launch/launch_plan.h"
#include "core/launch/trial_directory.h"
#include "core/run/search_program.h"
#include "core/schedule/schedulers.h"
#include "core/store/commands.h"
#include "core/store/trials.h"

#include <algorithm>
#include <thread>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto commandPause = 100ms;
constexpr auto thoughtPause = 5ms; ///< between two looks at what a search has thought, at least
constexpr auto showPause = 1s;
constexpr auto retryPause = 1s;
constexpr auto measurePause = 60s;

ExperimentRecord findExperiment(Database& database, std::int64_t id)
{
    if (std::optional<ExperimentRecord> record = Experiments(database).find(id))
        return *std::move(record);
    throw StoreError(StoreError::Kind::Other,
                     database.file() + ": there is no experiment with the id " + std::to_string(id));
}

} // namespace

Runner::Loop::Loop(Options options, std::unique_ptr<Launcher> launcher, Host& host, const Clock& clock,
                   const std::atomic<bool>& leave)
    : m_options(std::move(options)), m_launcher(std::move(launcher)), m_host(host), m_clock(clock),
      m_leave(leave), m_database(m_options.storeFile),
      m_record(findExperiment(m_database, m_options.experiment)), m_experiment(experimentOf(m_record)),
      m_lease(m_database, m_record.id, m_clock.now(), placeOfTrials())
{
    std::vector<Trial> history;
    for (TrialRecord& record : Trials(m_database).all(m_record.id)) {
        m_ids[record.trial.number] = record.id;
        history.push_back(std::move(record.trial));
    }
    m_experiment = withinSite(std::move(m_experiment));
    makeCollector(m_experiment.trial.collector, {}); // throws where it cannot be used
    m_driver = std::make_unique<Driver>(m_experiment, m_record.state, std::move(history),
                                        m_record.started.value_or(m_clock.now()), programOf(m_experiment));
    m_checkpoints.emplace(
        m_host, [this](int trial) { return placeOf(trial).trialDirectory; },
        m_experiment.checkpoints == CheckpointKeeping::All);
    m_heartbeat.emplace(m_options.storeFile, m_record.id, m_host, m_clock);
}

/// Where run() never began, the experiment is as it was, and no driver seems lost.
Runner::Loop::~Loop()
{
    if (m_began)
        return;
    m_heartbeat.reset();
    try {
        m_lease.release(m_clock.now());
    } catch (const StoreError&) { // then one does
    }
}

ExperimentState Runner::Loop::run()
{
    m_began = true;
    takeOver();
    lookAtStore();
    handle(event::Ticked{});
    while (!m_leave && record() && !(m_driver->finished() && m_inbox.empty() && m_checkpoints->isDone()))
        oneTurn();
    if (m_driver->finished())
        m_launcher->release();
    m_heartbeat.reset();
    m_lease.release(m_clock.now());
    return m_driver->state();
}

/// Trials that an earlier driver started go on under this one.
void Runner::Loop::takeOver()
{
    recallReportsFor(m_experiment);
    m_checkpoints->takeOver(m_driver->trials());
    for (const Trial& trial : m_driver->trials()) {
        if (!isActive(trial.state))
            continue;
        try {
            m_launcher->adopt(planLaunch(m_experiment, trial, placeOf(trial.number)));
        } catch (const std::invalid_argument& error) {
            m_inbox.emplace_back(event::Exited{trial.number, {TrialExit::Kind::Unstarted, error.what()}});
            continue;
        }
        if (trial.stop && !trial.stop->waits)
            m_launcher->requestStop(trial.number);
        if (trial.state == TrialState::Running)
            follow(trial.number);
    }
}

/// Once, and only where a scheduler decides on them.
void Runner::Loop::recallReportsFor(const Experiment& experiment)
{
    if (m_recalled || !readsReports(experiment.schedule))
        return;
    m_recalled = true;
    SeriesTable table(m_database);
    std::vector<event::Reported> reports;
    for (const SeriesSummary& summary : table.summaries(m_record.id, m_experiment.objective.metric)) {
        const Points points = table.read(summary.id);
        for (std::size_t i = 0; i < points.size(); ++i)
            reports.push_back({summary.trialNumber, points.steps[i], points.values[i]});
    }
    std::stable_sort(reports.begin(), reports.end(),
                     [](const auto& a, const auto& b) { return a.step < b.step; });
    for (const event::Reported& report : reports)
        m_driver->recall(report);
}

void Runner::Loop::oneTurn()
{
    tendCheckpoints(); // first: the trials are as they were recorded
    m_launcher->setWatched(isWatched());
    handleLaunchEvents(m_launcher->poll(pollTimeout()));
    for (const Event& event : std::exchange(m_inbox, {}))
        handle(event);
    read();
    lookAtStore();
    handle(event::Ticked{});
    reportProgress();
}

/// Of a trial that runs now and then; of one that has ended, at once.
void Runner::Loop::tendCheckpoints()
{
    if (SteadyClock::now() >= m_measureAt) {
        m_measureAt = SteadyClock::now() + measurePause;
        for (const auto& [trial, running] : m_running)
            m_checkpoints->lookAt(trial);
    }
    if (!m_checkpoints->isDue())
        return;
    for (const event::Measured& measured : m_checkpoints->work(m_driver->trials()))
        handle(measured);
}

std::chrono::milliseconds Runner::Loop::pollTimeout() const
{
    if (m_backlog || !m_inbox.empty())
        return 0ms;
    const SteadyTime now = SteadyClock::now();
    auto left = std::chrono::milliseconds(commandPause);
    if (!m_running.empty())
        left = std::min(left, std::chrono::ceil<std::chrono::milliseconds>(m_readAt - now));
    if (m_driver->isThinking()) { // its answer is taken late by a tenth of the time that it takes
        const auto tenth = std::chrono::floor<std::chrono::milliseconds>((now - m_recordedAt) / 10);
        left = std::min(left, std::max<std::chrono::milliseconds>(tenth, thoughtPause));
    }
    return std::max<std::chrono::milliseconds>(left, 0ms);
}

void Runner::Loop::handleLaunchEvents(const std::vector<LaunchEvent>& events)
{
    for (const LaunchEvent& event : events) {
        if (const auto* started = std::get_if<launch::Started>(&event)) {
            handle(event::Started{started->trial, started->device});
            follow(started->trial);
        } else if (const auto* noted = std::get_if<launch::Noted>(&event)) {
            handle(event::Noted{noted->trial, noted->text});
        } else if (const auto* exited = std::get_if<launch::Exited>(&event)) {
            if (const auto running = m_running.find(exited->trial); running != m_running.end())
                running->second.exit = exited->exit;
            else
                handle(event::Exited{exited->trial, exited->exit});
        }
    }
}

void Runner::Loop::lookAtStore()
{
    const std::int64_t version = m_database.dataVersion();
    if (version == m_dataVersion)
        return;
    for (const auto& [id, command] : Commands(m_database).open(m_record.id)) {
        if (command.kind == Command::Kind::Change)
            change(command.text);
        else
            handle(event::Commanded{command});
        m_turn.commands.push_back(id);
    }
    setWatches(Watches(m_database).of(m_record.id, m_clock.now()));
    m_dataVersion = version;
}

/// Where it cannot be made any more, as after another one that was asked for at the same time, that is
/// recorded.
void Runner::Loop::change(const std::string& text)
{
    ChangeReading reading = readChange(m_record.yaml, text);
    if (reading.problems.empty() && reading.changes.empty())
        return;
    std::vector<std::string> told = std::move(reading.changes);
    try {
        if (!reading.experiment)
            throw ExperimentFileError(std::move(reading.problems));
        reading.experiment->name = m_record.name;
        const Experiment changed = withinSite(*std::move(reading.experiment));
        recallReportsFor(changed);
        handle(event::Changed{changed, std::make_shared<ExternalProgram>(programOf(changed))});
        m_experiment = changed;
        m_record.yaml = text;
        m_checkpoints->setKeepsOld(m_experiment.checkpoints == CheckpointKeeping::All);
    } catch (const std::exception& error) { // ExperimentFileError, or std::invalid_argument
        told = {std::string("refused: ") + error.what()};
    }
    std::vector<RecordedChange> changes = changesFromJson(m_record.changes);
    changes.push_back({m_clock.now(), std::move(told)});
    m_record.changes = toJson(changes);
    m_turn.changed = {m_record.yaml, m_record.changes};
}

/// Of an external search.
ExternalProgram Runner::Loop::programOf(const Experiment& experiment) const
{
    return searchProgram(experiment, m_record.baseDirectory,
                         trialsDirectory(m_options.storeFile) + '/' + m_record.name + ".search.log");
}

/// As many trials at a time as the site allows.
Experiment Runner::Loop::withinSite(Experiment experiment) const
{
    int& parallel = experiment.resources.parallel;
    parallel = std::min(parallel, m_options.mostTrials.value_or(parallel));
    return experiment;
}

/// A trial that starts anew, and not from its checkpoint, loses its points. What became of the checkpoint of
/// one that goes on is seen when it starts.
void Runner::Loop::handle(const Event& event)
{
    std::vector<Action> actions = m_driver->handle(event, m_clock.now());
    for (const Action& action : actions)
        if (const auto* save = std::get_if<action::Save>(&action); save && save->trial.attempt > 1 &&
                                                                   !save->trial.continues &&
                                                                   save->trial.state == TrialState::Pending)
            m_turn.cleared.insert(save->trial.number);
    m_turn.add(std::move(actions));
    if (const auto* exited = std::get_if<event::Exited>(&event))
        m_checkpoints->lookAt(exited->trial);
    const auto* started = std::get_if<event::Started>(&event);
    if (started && m_driver->trials()[static_cast<std::size_t>(started->trial)].continues)
        m_checkpoints->lookAt(started->trial);
}

/// Keeps trying while the store cannot be written; nothing is done that is not recorded. False where leave()
/// came first: the next driver finds the store as it was before this turn.
bool Runner::Loop::record()
{
    while (!m_turn.empty()) {
        try {
            m_turn.record(m_database, m_record.id, m_ids, m_clock.now());
            m_storeNotice.clear();
            break;
        } catch (const StoreError& error) {
            if (error.kind() != StoreError::Kind::Full && error.kind() != StoreError::Kind::Locked)
                throw;
            m_storeNotice = error.what();
            reportProgress();
            const auto again = SteadyClock::now() + retryPause;
            while (SteadyClock::now() < again && !m_leave)
                std::this_thread::sleep_for(50ms);
            if (m_leave)
                return false;
        }
    }
    const bool changed = !m_turn.empty();
    if (changed)
        m_recordedAt = SteadyClock::now();
    perform(std::exchange(m_turn, {}).toPerform);
    if (changed)
        showProgress(notice());
    return true;
}

void Runner::Loop::perform(std::vector<Action> actions)
{
    for (const Action& action : actions) {
        if (const auto* start = std::get_if<action::Launch>(&action))
            launch(start->trial);
        else if (const auto* stop = std::get_if<action::RequestStop>(&action))
            m_launcher->requestStop(stop->trial);
        else if (const auto* kill = std::get_if<action::Kill>(&action))
            m_launcher->kill(kill->trial);
        else if (const auto* drop = std::get_if<action::DropCheckpoint>(&action))
            m_checkpoints->lookAt(drop->trial);
    }
}

void Runner::Loop::launch(int trial)
{
    const auto cannot = [&](const std::string& reason) {
        m_inbox.emplace_back(event::Exited{trial, {TrialExit::Kind::Unstarted, reason}});
    };
    const bool bundled = std::holds_alternative<BundledTrainer>(m_experiment.trial.program);
    if (bundled && lacksTrainer())
        return cannot(missingTrainer(m_options.trainer));
    try {
        const Trial& planned = m_driver->trials()[static_cast<std::size_t>(trial)];
        m_launcher->start(planLaunch(m_experiment, planned, placeOf(trial)));
    } catch (const std::invalid_argument& error) {
        cannot(error.what());
    }
}

bool Runner::Loop::lacksTrainer()
{
    if (m_options.trainer.empty())
        return true;
    if (!m_options.container.empty())
        return false; // it may lie within
    const FileRequest trainer{m_options.trainer, 0, 0};
    try {
        return !m_host.readFiles({&trainer, 1}).front();
    } catch (const HostError&) { // nobody knows; the trial's own log will tell
        return false;
    }
}

void Runner::Loop::reportProgress()
{
    const std::string text = notice();
    m_heartbeat->setNotice(text);
    if (SteadyClock::now() < m_showAt)
        return;
    m_showAt = SteadyClock::now() + showPause;
    showProgress(text.empty() ? m_heartbeat->problem() : text);
}

std::string Runner::Loop::notice() const
{
    for (const std::string& notice :
         {m_storeNotice, m_hostNotice, m_launcher->notice(), m_checkpoints->notice()})
        if (!notice.empty())
            return notice;
    return m_driver->notice();
}

void Runner::Loop::showProgress(const std::string& notice) const
{
    if (m_progress)
        m_progress(*m_driver, notice);
}

TrialsPlace Runner::Loop::placeOfTrials() const
{
    if (m_host.link())
        return {m_host.name(), m_options.trials};
    const bool isBesideStore = m_options.trials == trialsDirectory(m_options.storeFile); // and moves with it
    return {{}, isBesideStore ? "" : m_options.trials};
}

LaunchPlace Runner::Loop::placeOf(int trial) const
{
    const std::string folder = placeOfTrials().folderFor(m_options.storeFile);
    const auto directoryOf = [&](int number) {
        return trialDirectory(folder, m_record.name, m_record.created, number);
    };
    LaunchPlace place{directoryOf(trial),
                      m_options.baseDirectory.empty() ? m_record.baseDirectory : m_options.baseDirectory,
                      m_options.trainer, m_options.container};
    const Trial& planned = m_driver->trials()[static_cast<std::size_t>(trial)];
    if (const auto step = copiedAt(m_experiment, planned))
        place.startFrom = directoryOf(*planned.promotedFrom) + '/' + keptCheckpoint(*step);
    return place;
}

} // namespace widthwise
