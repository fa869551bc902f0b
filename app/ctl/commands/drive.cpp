// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/detached_driver.h"
#include "app/ctl/driving.h"
#include "app/ctl/prompter.h"
#include "app/ctl/text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

/// Sends stdout and stderr to the end of a file for as long as it lives.
class LogFile {
public:
    explicit LogFile(const std::string& file) : m_output(dup(STDOUT_FILENO)), m_errors(dup(STDERR_FILENO))
    {
        std::error_code ignored; // opening then says what is wrong
        std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
        const int log = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (log < 0)
            throw Failure(Unsuccessful,
                          "the driver's log " + file + " cannot be written: " + std::strerror(errno));
        redirect(log, log);
        close(log);
    }
    ~LogFile()
    {
        redirect(m_output, m_errors);
        close(m_output);
        close(m_errors);
    }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

private:
    static void redirect(int output, int errors)
    {
        std::cout.flush();
        std::cerr.flush();
        dup2(output, STDOUT_FILENO);
        dup2(errors, STDERR_FILENO);
    }

    int m_output;
    int m_errors;
};

void log(const std::string& text)
{
    std::cout << isoTimeText(currentTime()) << ' ' << text << std::endl;
}

void driveLogged(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    Session session(database, record, prompterFor(invocation).get());
    log("process " + std::to_string(getpid()) + " drives " + record.name);
    const auto display = plainDisplay({}, overviewOf(database, record).trials, true);
    const bool undisturbed = session.run(*display);
    const ExperimentRecord after = findExperiment(database, record.name);
    log(undisturbed ? record.name + " is " + std::string(toText(after.state)) +
                          (after.reason.empty() ? "" : ": " + after.reason)
                    : "ended by a signal; running trials go on by themselves");
}

ExitCode execute(const Invocation& invocation)
{
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    Database& database = *store;
    const ExperimentRecord record = findExperiment(database, invocation.argument(0));
    const LogFile logFile(driverLogFile(database.file(), record.name));
    setsid(); // fails where it leads a group: the shell's job, or a session of its own already
    std::signal(SIGHUP, SIG_IGN);
    try {
        driveLogged(invocation, database, record);
    } catch (const std::exception& error) {
        log(error.what());
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
        "Be the driver of an experiment, without a display",
        "What --detach and the desktop start. It leaves the terminal's session and writes what happens to\n"
        "NAME.driver.log in the folder of the store's trials.",
        "widthwisectl drive gn2-lr",
        1,
        1,
        {},
        execute};
}

} // namespace widthwise::ctl
