// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::bench {

struct PlantedStore {
    int trials = 1000;
    int points = 10'000; ///< per metric and trial
    std::vector<std::string> metrics{"train/loss", "val/loss", "val/accuracy"};
    std::string name = "planted";
};

/// Writes an experiment with its trials, all completed, and their noisy curves as a driver would have.
/// Returns its id.
std::int64_t plant(const std::string& storeFile, const PlantedStore& shape = {});

} // namespace widthwise::bench
