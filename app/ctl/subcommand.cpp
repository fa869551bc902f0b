// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/subcommand.h"

#include "app/ctl/commands/commands.h"

#include <algorithm>

namespace widthwise::ctl {

std::span<const Option> commonOptions()
{
    static const std::vector<Option> all{
        {"store", "FILE", "the store; default: widthwise/widthwise.db in the user's data folder"},
        {"json", "", "print JSON, for other programs"},
        {"ask-fd", "N", "for the desktop: ask for passwords over this open socket, not at the terminal"},
        {"help", "", "print this text"}};
    return all;
}

std::span<const Subcommand> subcommands()
{
    static const std::vector<Subcommand> all{
        runCommand(),      validateCommand(), simulateCommand(), statusCommand(),   listCommand(),
        showCommand(),     pauseCommand(),    resumeCommand(),   stopCommand(),     retryCommand(),
        changeCommand(),   exportCommand(),   checkCommand(),    compareCommand(),  compareSearchesCommand(),
        transferCommand(), removeCommand(),   doctorCommand(),   siteCommand(),     attachCommand(),
        detachCommand(),   driveCommand(),    mirrorCommand(),   exchangeCommand(), suggestCommand()};
    return all;
}

const Subcommand* findSubcommand(std::string_view name)
{
    const std::span<const Subcommand> all = subcommands();
    const auto found = std::ranges::find(all, name, &Subcommand::name);
    return found == all.end() ? nullptr : &*found;
}

} // namespace widthwise::ctl
