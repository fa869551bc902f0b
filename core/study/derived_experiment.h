// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/store/experiments.h"

namespace widthwise {

/// A draft of `experiment` that was made out of `base`: with base as its parent, and base's folder for
/// relative paths.
ExperimentRecord derivedRecord(const ExperimentRecord& base, const Experiment& experiment);

} // namespace widthwise
