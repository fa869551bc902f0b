// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/settings.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "report.h"

namespace widthwise::bench {

// What whoever measures the trainer trains: GN2 with all its tasks on one batch of toy jets.

trainer::Settings settingsFor(std::int64_t width, trainer::Precision precision = trainer::Precision::Float32);

/// A normalised batch of so many toy jets.
trainer::JetBatch toyBatch(const ScratchFolder& folder, std::int64_t size);

/// As peers/gn2_torch.py reads it.
void writeForPeer(const std::string& path, const trainer::JetBatch& batch, std::int64_t inputs);

} // namespace widthwise::bench
