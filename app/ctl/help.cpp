// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/subcommand.h"

#include <algorithm>

namespace widthwise::ctl {

namespace {

constexpr const char* exitCodes = R"(Exit codes:
  0    done
  1    the experiment failed, or what was asked cannot be done in its state
  2    wrong usage, or an experiment file with errors
  3    no such experiment, trial or file
  4    refused: another driver has the experiment
  5    the store cannot be read or written
  6    a check was made, and μP does not hold
  130  interrupted by Ctrl-C; the trials go on by themselves
)";

/// Two columns, the second aligned.
std::string listing(const std::vector<std::pair<std::string, std::string>>& rows)
{
    std::size_t width = 0;
    for (const auto& [left, right] : rows)
        width = std::max(width, left.size());
    std::string text;
    for (const auto& [left, right] : rows)
        text += "  " + left + std::string(width + 2 - left.size(), ' ') + right + '\n';
    return text;
}

} // namespace

std::string overviewHelp()
{
    std::vector<std::pair<std::string, std::string>> rows;
    for (const Subcommand& command : subcommands())
        rows.emplace_back(command.name + ' ' + command.arguments, command.summary);
    return "Widthwise: tune narrow, train wide.\n\n"
           "usage: widthwisectl [--store FILE] [--json] COMMAND [OPTIONS]\n\n" +
           listing(rows) +
           "\nwidthwisectl COMMAND --help explains a command. --store FILE names the store, --json prints "
           "JSON\nfor other programs; both may stand before or after the command. --version prints the "
           "version.\n\n" +
           exitCodes;
}

std::string helpOf(const Subcommand& command)
{
    std::vector<std::pair<std::string, std::string>> rows;
    for (const std::span<const Option> options : {std::span(command.options), commonOptions()})
        for (const Option& option : options)
            rows.emplace_back("--" + option.name + (option.value.empty() ? "" : ' ' + option.value),
                              option.text);
    return "usage: widthwisectl " + command.name +
           (command.arguments.empty() ? "" : ' ' + command.arguments) + " [OPTIONS]\n\n" + command.summary +
           ".\n" + (command.details.empty() ? "" : command.details + '\n') + "\nOptions:\n" + listing(rows) +
           "\nExample:\n  " + command.example + "\n\n" + exitCodes;
}

} // namespace widthwise::ctl
