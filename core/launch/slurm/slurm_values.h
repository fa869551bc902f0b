// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <optional>
#include <string_view>

namespace widthwise {

/// A number of nodes, tasks, … as SLURM prints it: digits and nothing else. Empty for anything else (`N/A`,
/// `UNLIMITED`), and for what is beyond an int.
std::optional<int> slurmCount(std::string_view text);

/// Both together, or the largest int.
int slurmSum(int count, int other);

/// A length of time as SLURM writes it: `30`, `30:00`, `1:00:00`, `2-00`, `2-00:00:00`. Empty for one without
/// end, and for anything else.
std::optional<Seconds> slurmTime(std::string_view text);

} // namespace widthwise
