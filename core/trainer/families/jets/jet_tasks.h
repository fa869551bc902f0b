// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace widthwise::trainer {

/// What a family learns of a jet besides its flavour, each with its weight in the loss.
struct JetTasks {
    std::optional<double> origins;  ///< of each track
    std::optional<double> vertices; ///< whether two tracks share one
};

/// What DataSizes call the number of flavours.
inline constexpr const char* classesSize = "classes";

} // namespace widthwise::trainer
