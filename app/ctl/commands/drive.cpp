// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/detached_driver.h"
#include "app/ctl/driving.h"
#include "app/ctl/log_file.h"
#include "app/ctl/prompter.h"
#include "app/ctl/text.h"

#include <unistd.h>

#include <csignal>

namespace widthwise::ctl {

namespace {

void driveLogged(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    Session session(database, record, prompterFor(invocation).get());
    LogFile::say("process " + std::to_string(getpid()) + " drives " + record.name);
    const auto display = plainDisplay({}, overviewOf(database, record).trials, true);
    const bool undisturbed = run(session, *display);
    const ExperimentRecord after = findExperiment(database, record.name);
    LogFile::say(undisturbed ? record.name + " is " + std::string(toText(after.state)) +
                                   (after.reason.empty() ? "" : ": " + after.reason)
                             : "ended by a signal; running trials go on by themselves");
}

ExitCode execute(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const ExperimentRecord record = findExperiment(database, invocation.argument(0));
    const LogFile log(driverLogFile(database.file(), record.name));
    setsid(); // fails where it leads a group: the shell's job, or a session of its own already
    std::signal(SIGHUP, SIG_IGN);
    try {
        driveLogged(invocation, database, record);
    } catch (const std::exception& error) {
        LogFile::say(error.what());
        throw;
    }
    return findExperiment(database, record.name).state == ExperimentState::Failed ? Unsuccessful : Done;
}

} // namespace

Subcommand driveCommand()
{
    return {
        "drive",
        "NAME",
        "Drive an experiment in the background",
        "run --detach and the desktop start this. It writes to NAME.driver.log in the folder of the trials.",
        "widthwisectl drive gn2-lr",
        1,
        1,
        {},
        execute};
}

} // namespace widthwise::ctl
