// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"

#include <iosfwd>
#include <memory>
#include <string>

namespace widthwise::trainer {

/// The network of `settings` with the values that the checkpoint has, where the settings say it computes.
/// Tells `notices` what the settings say otherwise than those of the training. Throws InputError.
std::unique_ptr<Predictor> trainedNetwork(const Family& family, const Settings& settings,
                                          const DataSizes& sizes, const std::string& checkpoint,
                                          std::ostream& notices);

} // namespace widthwise::trainer
