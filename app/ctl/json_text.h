// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/overview.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise::ctl {

// What --json prints: times are UTC in ISO 8601, durations seconds; a key whose value is unknown is absent.

/// A JSON array of experiments.
std::string experimentsJson(std::span<const Overview> overviews);

/// One experiment, with its trials.
std::string experimentJson(const Overview& overview);

/// One trial; `directory` is where its files lie, on `host` where that is not empty.
std::string trialJson(const Trial& trial, TimePoint now, const std::string& host,
                      const std::string& directory);

/// `{"event":"trial","trial":{...}}` on one line.
std::string trialEvent(const Trial& trial, TimePoint now);
/// `{"changes":[...]}` on one line.
std::string changesJson(const std::vector<std::string>& changes);

/// `{"event":"experiment",...}` on one line: how a run ended.
std::string experimentEvent(const Overview& overview);

} // namespace widthwise::ctl
