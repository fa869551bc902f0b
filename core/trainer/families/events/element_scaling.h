// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/flow_batch.h"

#include <string>

namespace widthwise::trainer {

/// The side file of a training that says where the columns of the elements lie.
inline constexpr const char* elementScalingFile = "element_scaling.json";

/// Throws InputError where it cannot be written.
void writeElementScaling(const std::string& path, const ElementScaling& scaling);
/// Throws InputError naming the file, the type and the column.
ElementScaling readElementScaling(const std::string& path);

} // namespace widthwise::trainer
