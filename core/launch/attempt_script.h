// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/launcher.h"

#include <string>
#include <string_view>

namespace widthwise {

/// A script of resources/launch that comes after stand_by, as an argument of `sh -c`.
std::string standingBy(std::string_view script);

/// What runs the request's command, within its container where it has one, and hands on signals to it.
std::string containedCommand(const LaunchRequest& request);

/// `directory/launch-2.sh` for attempt 2.
std::string attemptScriptPath(const LaunchRequest& request);

/// The shell script that runs one attempt on `device`, with `environment` over that of the request: the
/// wrapper of resources/launch/wrapper.sh with its variables set. Running it twice starts the program once.
std::string attemptScript(const LaunchRequest& request, const std::string& device,
                          const std::vector<std::pair<std::string, std::string>>& environment);

} // namespace widthwise
