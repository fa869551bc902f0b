// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/host/host.h"

#include <string>
#include <vector>

namespace widthwise {

/// The files beside an experiment's file that its trials read: what the bundled trainer's settings and the
/// experiment's own values name by a relative path, where that is a file below `baseDirectory`.
std::vector<std::string> filesOf(const Experiment& experiment, const std::string& baseDirectory);

/// Brings those files to `folder` on the host, under the same relative paths; one that is there already and
/// as long as here stays. Throws HostError.
void stageFiles(Host& host, const Experiment& experiment, const std::string& baseDirectory,
                const std::string& folder);

} // namespace widthwise
