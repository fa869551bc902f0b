// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/experiment_source.h"
#include "app/ctl/invocation.h"

namespace widthwise::ctl {

/// Shows the exact command, config.json and environment of the experiment's first trial, and starts nothing.
ExitCode dryRun(const Invocation& invocation, const ExperimentSource& source);

} // namespace widthwise::ctl
