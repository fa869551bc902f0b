// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace widthwise::trainer {

struct DeepSetsSettings {
    std::int64_t jetLayers = 1;
};

} // namespace widthwise::trainer
