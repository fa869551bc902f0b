// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/subcommand.h"

namespace widthwise::ctl {

Subcommand runCommand();
Subcommand driveCommand();
Subcommand changeCommand();
Subcommand resumeCommand();
Subcommand pauseCommand();
Subcommand stopCommand();
Subcommand retryCommand();
Subcommand statusCommand();
Subcommand listCommand();
Subcommand showCommand();
Subcommand exportCommand();
Subcommand checkCommand();
Subcommand compareCommand();
Subcommand compareSearchesCommand();
Subcommand transferCommand();
Subcommand validateCommand();
Subcommand simulateCommand();
Subcommand removeCommand();
Subcommand doctorCommand();
Subcommand siteCommand();
Subcommand attachCommand();
Subcommand detachCommand();
Subcommand mirrorCommand();
Subcommand exchangeCommand();
Subcommand suggestCommand();

} // namespace widthwise::ctl
