// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <string>

namespace widthwise {

/// As long as a large file takes to be copied or read.
constexpr std::chrono::hours bulkDeadline{12};

/// The SHA-256 of a file on the host, in hexadecimal digits. Throws HostError where it cannot be read.
std::string sha256Of(Host& host, const std::string& path);

} // namespace widthwise
