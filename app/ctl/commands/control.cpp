// SPDX-License-Identifier: GPL-3.0-or-later
// What people ask of an experiment that is in the store already.
#include "app/ctl/commands/commands.h"
#include "app/ctl/driving.h"
#include "app/ctl/json_text.h"
#include "app/ctl/prompter.h"
#include "app/ctl/text.h"
#include "core/control/change_experiment.h"
#include "core/control/more_trials.h"
#include "core/control/new_experiment.h"
#include "core/control/permission.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/file_values.h"
#include "core/store/commands.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;
using Kind = Command::Kind;

const Option detachOption{"detach", "", "if no driver runs, start one in the background"};

/// What is to be done, and when that is reached.
struct Task {
    std::vector<Command> commands;
    Until until;      ///< where this process has to drive: when it may leave again
    std::string done; ///< what the driver that does it has done, in words: "paused"
};

void add(Database& database, const ExperimentRecord& record, const std::vector<Command>& commands)
{
    Transaction transaction(database);
    Commands table(database);
    for (const Command& command : commands)
        table.add(record.id, command, currentTime());
    transaction.commit();
}

/// This process as the driver, or null where the driver that has the experiment took the open commands.
std::unique_ptr<Session> driveUnlessTaken(Database& database, const ExperimentRecord& record,
                                          SshPrompter* prompter)
{
    const auto patience = std::chrono::steady_clock::now() + 10s;
    while (true) {
        try {
            return std::make_unique<Session>(database, record, prompter);
        } catch (const StoreError& error) {
            if (error.kind() != StoreError::Kind::Locked)
                throw;
        }
        if (Commands(database).open(record.id).empty())
            return nullptr;
        if (std::chrono::steady_clock::now() > patience)
            throw Failure(Unsuccessful,
                          "the driver of " + record.name + " (" + driverText(database, record) +
                              ") does not answer; it will do what was asked when it comes back");
    }
}

/// Says one sentence, or to a program how the experiment stands now.
ExitCode answer(const Invocation& invocation, Database& database, const ExperimentRecord& record,
                const std::string& sentence)
{
    if (invocation.json())
        std::cout << experimentEvent(overviewOf(database, findExperiment(database, record.name)));
    else
        std::cout << sentence << '\n';
    return Done;
}

/// A copy's commands go to the store that it is a copy of.
std::string passedOnText(const ExperimentRecord& record, const Origin& origin)
{
    const MirrorRecord& mirror = origin.mirror;
    const std::string& host = mirror.remote.host;
    const std::string copy = copyText(record.name, origin);
    if (!isAttached(mirror, currentTime()))
        return copy + "; what was asked is passed on with the next widthwisectl attach " + host;
    if (!mirror.problem.empty())
        return copy + "; what was asked is passed on once " + host + " is in reach again (" + mirror.problem +
               ')';
    return copy + "; what was asked is passed on now";
}

/// Records the commands, and sees that a driver carries them out: the one that lives, or this process.
ExitCode carryOut(const Invocation& invocation, Database& database, const ExperimentRecord& record,
                  const Task& task)
{
    add(database, record, task.commands);
    if (const std::optional<Origin> origin = Mirrors(database).origin(record.id))
        return answer(invocation, database, record, passedOnText(record, *origin));
    std::unique_ptr<Session> session = driveUnlessTaken(database, record, prompterFor(invocation).get());
    if (session == nullptr)
        return answer(invocation, database, record,
                      task.done + " by its driver, " + driverText(database, record));
    if (invocation.has("detach")) {
        session.reset();
        return driveDetached(invocation, database, record);
    }
    const bool leftToDo = !Commands(database).open(record.id).empty(); // its driver may have ended just now
    if (leftToDo && !invocation.json())
        std::cout << "no driver lives: this process drives " << record.name << std::endl;
    return driveHere(invocation, database, record, *session, task.until);
}

std::string name(const Overview& overview, const Trial& trial)
{
    return "trial " + std::to_string(trial.number) + " of " + overview.record.name;
}

std::string is(const std::string& what, std::string_view state)
{
    return what + " is " + std::string(state);
}

/// A paused experiment is left again once the trial is where it should be: nothing else is to be done.
Until whenPausedAnd(int trial, std::function<bool(const Trial&)> reached)
{
    return [trial, reached = std::move(reached)](const Driver& driver) {
        return driver.state() == ExperimentState::Paused &&
               reached(driver.trials().at(static_cast<std::size_t>(trial)));
    };
}

Overview load(Database& database, const Invocation& invocation)
{
    return overviewOf(database, findExperiment(database, invocation.argument(0)));
}

/// What is not granted: told where it is so already, else a Failure.
ExitCode decline(const Invocation& invocation, Database& database, const Overview& overview,
                 const std::string& what, const Permission& permission)
{
    const std::string sentence = what + ' ' + permission.why;
    if (permission.kind == Permission::Kind::Refused)
        throw Failure(Unsuccessful, sentence);
    return answer(invocation, database, overview.record, sentence);
}

ExitCode pauseTrial(const Invocation& invocation, Database& database, const Overview& overview,
                    const Trial& trial)
{
    if (const Permission may = permission(Kind::PauseTrial, trial); !may.isGranted())
        return decline(invocation, database, overview, name(overview, trial), may);
    const auto reached = [](const Trial& t) { return t.state == TrialState::Paused || isFinal(t.state); };
    return carryOut(invocation, database, overview.record,
                    {{{Kind::PauseTrial, trial.number}},
                     whenPausedAnd(trial.number, reached),
                     is(name(overview, trial), "being paused")});
}

ExitCode executePause(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const Overview overview = load(database, invocation);
    if (const std::optional<int> trial = invocation.number("trial"))
        return pauseTrial(invocation, database, overview, findTrial(overview, *trial));
    const ExperimentRecord& record = overview.record;
    if (const Permission may = permission(Request::Pause, overview.standing()); !may.isGranted())
        return decline(invocation, database, overview, record.name, may);
    return carryOut(invocation, database, record,
                    {{{Kind::Pause}},
                     [](const Driver& driver) { return driver.state() != ExperimentState::Running; },
                     record.name + " is paused (no new trials; what runs goes on)"});
}

ExitCode stopTrial(const Invocation& invocation, Database& database, const Overview& overview,
                   const Trial& trial)
{
    if (const Permission may = permission(Kind::StopTrial, trial); !may.isGranted())
        return decline(invocation, database, overview, name(overview, trial), may);
    const auto reached = [](const Trial& t) { return isFinal(t.state); };
    return carryOut(invocation, database, overview.record,
                    {{{Kind::StopTrial, trial.number}},
                     whenPausedAnd(trial.number, reached),
                     is(name(overview, trial), "being stopped")});
}

ExitCode executeStop(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const Overview overview = load(database, invocation);
    if (const std::optional<int> trial = invocation.number("trial"))
        return stopTrial(invocation, database, overview, findTrial(overview, *trial));
    const ExperimentRecord& record = overview.record;
    if (const Permission may = permission(Request::Stop, overview.standing()); !may.isGranted())
        return decline(invocation, database, overview, record.name, may);
    return carryOut(invocation, database, record, {{{Kind::Stop}}, {}, is(record.name, "being stopped")});
}

ExitCode resumeTrial(const Invocation& invocation, Database& database, const Overview& overview,
                     const Trial& trial)
{
    if (const Permission may = permission(Kind::ResumeTrial, trial); !may.isGranted())
        return decline(invocation, database, overview, name(overview, trial), may);
    const auto reached = [](const Trial& t) { return t.state != TrialState::Paused; };
    return carryOut(invocation, database, overview.record,
                    {{{Kind::ResumeTrial, trial.number}},
                     whenPausedAnd(trial.number, reached),
                     is(name(overview, trial), "resumed")});
}

ExitCode resumeWithMore(const Invocation& invocation, Database& database, const ExperimentRecord& record,
                        int count)
{
    try {
        Transaction transaction(database);
        addTrials(database, record.id, count, currentTime());
        transaction.commit();
    } catch (const std::invalid_argument& error) {
        throw Failure(Unsuccessful, error.what());
    }
    return carryOut(invocation, database, record, {{}, {}, is(record.name, "resumed")});
}

ExitCode executeResume(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const Overview overview = load(database, invocation);
    if (const std::optional<int> trial = invocation.number("trial"))
        return resumeTrial(invocation, database, overview, findTrial(overview, *trial));
    const ExperimentRecord& record = overview.record;
    if (const std::optional<int> count = invocation.number("add-trials"))
        return resumeWithMore(invocation, database, record, *count);
    const Standing standing = overview.standing();
    if (record.state == ExperimentState::Completed && !permission(Request::Start, standing).isGranted())
        return conclude(invocation, overview);
    if (const std::vector<Command> commands = startCommands(standing); !commands.empty())
        return carryOut(invocation, database, record, {commands, {}, is(record.name, "resumed")});
    makeReady(database, record.id, currentTime());
    if (invocation.has("detach"))
        return driveDetached(invocation, database, record);
    Session session(database, record, prompterFor(invocation).get());
    return driveHere(invocation, database, record, session);
}

ExitCode executeRetry(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const Overview overview = load(database, invocation);
    Task task{{}, {}, is(overview.record.name, "retried")};
    if (const std::optional<int> number = invocation.number("trial")) {
        const Trial& trial = findTrial(overview, *number);
        if (const Permission may = permission(Kind::RetryTrial, trial); !may.isGranted())
            return decline(invocation, database, overview, name(overview, trial), may);
        task.commands.push_back({Kind::RetryTrial, trial.number});
        task.done = is(name(overview, trial), "run again");
    } else {
        for (const Trial& trial : overview.trials)
            if (trial.state == TrialState::Failed)
                task.commands.push_back({Kind::RetryTrial, trial.number});
        const auto count = static_cast<std::int64_t>(task.commands.size());
        task.done = countText(count, "failed trial") + (count == 1 ? " is" : " are") + " run again";
    }
    if (task.commands.empty())
        return answer(invocation, database, overview.record,
                      overview.record.name + " has no failed trials; retry --trial N runs one again");
    // A paused experiment starts nothing: its trials wait until it is resumed.
    const int last = task.commands.back().trial;
    task.until = whenPausedAnd(last, [](const Trial& trial) { return !isFinal(trial.state); });
    return carryOut(invocation, database, overview.record, task);
}

/// The text that is asked for: that of the file, or of the experiment, with the values of --set.
std::string changedText(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    const std::vector<std::string> settings = invocation.values("set");
    if (invocation.count() < 2 && settings.empty())
        throw Failure(BadUsage, "change: it needs FILE, or --set KEY=VALUE (see widthwisectl change --help)");
    std::string text =
        invocation.count() > 1 ? readTextFile(invocation.argument(1)) : textToCome(database, record);
    for (const std::string& setting : settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0)
            throw Failure(BadUsage, "change: --set takes KEY=VALUE, as in --set budget.trials=40, got \"" +
                                        setting + '"');
        std::vector<std::string> path;
        std::istringstream keys(setting.substr(0, equals));
        for (std::string key; std::getline(keys, key, '.');)
            path.push_back(key);
        text = withValue(text, path, setting.substr(equals + 1));
    }
    return text;
}

ExitCode sayChanges(const Invocation& invocation, const ExperimentRecord& record,
                    const std::vector<std::string>& changes)
{
    if (invocation.json())
        std::cout << changesJson(changes);
    else if (changes.empty())
        std::cout << record.name << " stays as it is: nothing differs\n";
    else
        for (const std::string& change : changes)
            std::cout << change << '\n';
    return Done;
}

ExitCode change(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    const std::string text = changedText(invocation, database, record);
    if (invocation.has("dry-run"))
        return sayChanges(invocation, record, changesBy(database, record, text, currentTime()));
    Transaction transaction(database);
    const std::vector<std::string> changes = askForChange(database, record, text, currentTime());
    transaction.commit();
    if (!invocation.json() || changes.empty())
        sayChanges(invocation, record, changes);
    if (changes.empty())
        return Done;
    const Until until = [](const Driver& driver) { return driver.state() == ExperimentState::Paused; };
    return carryOut(invocation, database, record, {{}, until, is(record.name, "changed")});
}

ExitCode executeChange(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    const ExperimentRecord record = findExperiment(*store, invocation.argument(0));
    try {
        return change(invocation, *store, record);
    } catch (const ExperimentFileError& error) {
        const std::string file = invocation.count() > 1 ? invocation.argument(1) : record.name;
        std::string text;
        for (const FileProblem& problem : error.problems())
            text += (text.empty() ? "" : "\n") + problem.toText(file);
        throw Failure(BadUsage, text);
    } catch (const std::invalid_argument& error) {
        throw Failure(Unsuccessful, error.what());
    }
}

} // namespace

Subcommand changeCommand()
{
    return {
        "change",
        "NAME [FILE]",
        "Change an experiment that was started: bounds, choices, search, scheduler, budget, parallelism",
        "FILE is the experiment's file as it is to be from now on; --set changes single values of it. What\n"
        "is known stays known, and trials that run go on. What would make new trials another thing than\n"
        "those that there are is refused: a new experiment is the place for it.",
        "widthwisectl change gn2-lr --set budget.trials=40 --set space.max_lr.high=0.3",
        1,
        2,
        {detachOption,
         {"set", "KEY=VALUE", "a value of the file, such as resources.parallel=8; may be given again"},
         {"dry-run", "", "only say what differs"}},
        executeChange};
}

Subcommand resumeCommand()
{
    return {"resume",
            "NAME",
            "Continue an experiment after Ctrl-C, pause, stop, failure or a lost driver",
            "Running trials are taken over; none runs twice. Trials that a stop ended continue from their\n"
            "checkpoints; after a failure, failed trials run again. For a completed experiment it prints the "
            "best\n"
            "trial.",
            "widthwisectl resume gn2-lr",
            1,
            1,
            {detachOption,
             {"trial", "N", "only this paused trial"},
             {"add-trials", "N", "run N more trials, past the budget or goal that ended the experiment"}},
            executeResume};
}

Subcommand pauseCommand()
{
    return {"pause",
            "NAME",
            "Start no new trials; running trials finish",
            "pause --trial N stops one trial at a checkpoint; resume --trial N continues it.",
            "widthwisectl pause gn2-lr",
            1,
            1,
            {detachOption, {"trial", "N", "only this trial"}},
            executePause};
}

Subcommand stopCommand()
{
    return {"stop",
            "NAME",
            "Stop an experiment: its trials write a checkpoint and end",
            "A second stop kills trials that have not ended.",
            "widthwisectl stop gn2-lr",
            1,
            1,
            {detachOption, {"trial", "N", "only this trial"}},
            executeStop};
}

Subcommand retryCommand()
{
    return {"retry",
            "NAME",
            "Run failed trials again from the start",
            "Retries all failed trials, or with --trial any trial that has ended.",
            "widthwisectl retry gn2-lr --trial 7",
            1,
            1,
            {detachOption, {"trial", "N", "only this trial"}},
            executeRetry};
}

} // namespace widthwise::ctl
