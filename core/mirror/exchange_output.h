// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mirror/exchange.h"

#include <optional>

namespace widthwise {

/// What the watched trial printed, from the place on that is known of it: what its driver saw of a trial on
/// another machine, else what lies in the trial's directory. Null where there is nothing to tell.
std::optional<OutputTail> outputSince(const ForwardedWatch& watch, Database& database, TimePoint now);

/// What is known of an output with what came of it since, or that alone where it does not join; at most
/// outputTailBytes of the end.
OutputTail joined(const std::optional<OutputTail>& known, const OutputTail& since);

} // namespace widthwise
