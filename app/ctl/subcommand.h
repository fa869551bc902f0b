// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::ctl {

class Invocation;

/// What a program that calls widthwisectl can rely on.
enum ExitCode {
    Done = 0,
    Unsuccessful = 1, ///< the experiment failed, or what was asked cannot be done in its state
    BadUsage = 2,     ///< wrong arguments, or an experiment file with errors
    NotFound = 3,     ///< no such experiment, trial or file
    Refused = 4,      ///< another driver has the experiment
    BadStore = 5,     ///< the store cannot be read or written
    CheckFailed = 6,  ///< a check was made, and μP does not hold
    Interrupted = 130 ///< Ctrl-C; the trials go on by themselves
};

/// Ends the command with an exit code and one sentence for a person.
class Failure : public std::runtime_error {
public:
    Failure(ExitCode exitCode, const std::string& message) : std::runtime_error(message), m_code(exitCode) {}
    ExitCode code() const { return m_code; }

private:
    ExitCode m_code;
};

struct Option {
    std::string name;
    std::string value; ///< what stands for its value in the help; empty for a switch
    std::string text;
};

struct Subcommand {
    std::string name;
    std::string arguments; ///< as the help shows them: `NAME`, `[NAME]`, `FILE...`
    std::string summary;   ///< a line of the list of commands
    std::string details;   ///< what its own help says beyond the summary
    std::string example;
    std::size_t fewest = 0; ///< arguments
    std::size_t most = 0;
    std::vector<Option> options; ///< besides commonOptions
    ExitCode (*execute)(const Invocation&) = nullptr;
};

/// The options of every command, which may also stand before its name.
std::span<const Option> commonOptions();

/// All commands, in the order in which the help lists them.
std::span<const Subcommand> subcommands();

/// Null for an unknown name.
const Subcommand* findSubcommand(std::string_view name);

std::string overviewHelp();
std::string helpOf(const Subcommand& command);

} // namespace widthwise::ctl
