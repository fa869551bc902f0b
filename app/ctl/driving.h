// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/run_display.h"
#include "core/control/session.h"

#include <functional>
#include <string>

namespace widthwise::ctl {

// What `run`, `resume`, `retry` and the others that drive have in common.

/// "widthwisectl resume gn2-lr", with the store where one was named.
std::string hint(const Invocation& invocation, const std::string& command, const std::string& experiment);

/// Tells whether enough is reached to leave the experiment to itself.
using Until = std::function<bool(const Driver&)>;

/// Drives until the experiment has ended, `until` holds, or SIGINT, SIGTERM or SIGHUP comes; false after a
/// signal. A second signal ends the process.
bool run(Session& session, RunDisplay& display, const Until& until = {});

/// Drives to the end in the foreground, with the display that fits stdout. False where a signal ended that;
/// how to go on is then said.
bool drive(const Invocation& invocation, Database& database, const ExperimentRecord& record, Session& session,
           const Until& until = {});

/// As drive, and says what came of it.
ExitCode driveHere(const Invocation& invocation, Database& database, const ExperimentRecord& record,
                   Session& session, const Until& until = {});

/// Starts a detached driver and says how to watch it.
ExitCode driveDetached(const Invocation& invocation, Database& database, const ExperimentRecord& record);

/// How the experiment stands, with its best trial: the last words of a run. Returns the exit code that
/// belongs to it.
ExitCode conclude(const Invocation& invocation, const Overview& overview);

} // namespace widthwise::ctl
