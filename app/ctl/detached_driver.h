// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <cstdint>
#include <string>

namespace widthwise::ctl {

/// Where a detached driver writes what it has to say: beside the store, among the trials.
std::string driverLogFile(const std::string& storeFile, const std::string& experiment);

/// Starts `widthwisectl drive` in a session of its own and waits until it drives. Returns its process id.
/// Throws Failure with what the driver said where it ended at once.
std::int64_t startDetachedDriver(Database& database, const ExperimentRecord& record);

} // namespace widthwise::ctl
