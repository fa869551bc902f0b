// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"
#include "core/search/algorithm.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>

namespace widthwise {

/// What the first request of an ask/tell client asks for, beside the space.
struct AskTellStudy {
    SearchSettings search = {};
    SchedulerSettings schedule = {};
    SchedulingTask task = {};
    std::optional<std::int64_t> lastStep = {}; ///< of a full trial, where trials report
};

/// Throws std::invalid_argument naming the field, as in "fidelity.max: expected an integer".
AskTellStudy studyIn(const nlohmann::ordered_json& request);

} // namespace widthwise
