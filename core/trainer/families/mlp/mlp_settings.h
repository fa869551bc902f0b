// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace widthwise::trainer {

struct MlpSettings {
    std::int64_t mlpTracks = 5;
    std::string activation = "relu";
    bool bias = true;
};

} // namespace widthwise::trainer
