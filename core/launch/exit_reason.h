// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <string>
#include <string_view>

namespace widthwise {

/// The last line of a program's output that says something: without control characters and what a progress
/// bar overwrote, cut at 300 bytes.
std::string lastLine(std::string_view output);

/// The last 8 KiB of a program's output; empty where there is none.
std::string readTail(Host& host, const std::string& path);

/// Why a program with this exit code (128 + n: signal n) and output failed, in plain words.
std::string exitReason(int exitCode, std::string_view output);

} // namespace widthwise
