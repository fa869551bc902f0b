// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/stored_rows.h"

namespace widthwise::trainer {

/// requireStored for a virtual dataset with these creation properties.
void requireSources(const NamedDataset& dataset, hid_t properties, std::size_t first, std::size_t count,
                    int depth);

} // namespace widthwise::trainer
