// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/loss_terms.h"

#include <optional>
#include <vector>

namespace widthwise::trainer {

/// What a family learns of a jet besides its flavour, each with its weight in the loss.
struct JetTasks {
    std::optional<double> origins;  ///< of each track
    std::optional<double> vertices; ///< whether two tracks share one
};

/// `jets` with the weight 1, then `origin` and `vertex`.
std::vector<LossTerm> termsOf(const JetTasks& tasks);

/// What DataSizes call the number of flavours.
inline constexpr const char* classesSize = "classes";

} // namespace widthwise::trainer
