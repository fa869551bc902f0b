// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace widthwise {

/// `command` so that the shell that runs it, with its messages on a trial's output, says nothing of a signal
/// that ends the last of its programs: `Terminated` would stand directly behind what a program printed
/// without a newline. That shell then waits with its messages off, while the programs of the last pipeline
/// take the place of their own shells. Commands that end with anything but simple commands, as with a loop,
/// stay as they are.
std::string withQuietShell(std::string_view command);

} // namespace widthwise
