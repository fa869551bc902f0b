// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <string>
#include <vector>

namespace widthwise {

/// Brings files below `baseDirectory` to `folder` on the host, under the same relative paths. Beside each,
/// `.NAME.staged.json` keeps size, times and SHA-256 of what was sent and how it lay there then. Where both
/// sides are as they were, nothing is read; where a time differs, the contents decide whether the file is
/// sent again. Throws HostError, also where a file changes meanwhile.
void stageFiles(Host& host, const std::vector<std::string>& files, const std::string& baseDirectory,
                const std::string& folder);

} // namespace widthwise
