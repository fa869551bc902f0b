// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/control.h"
#include "core/trainer/families/network.h"
#include "core/trainer/parallel/communicator.h"

#include <array>
#include <span>

// What the workers of a trial work out together. With one worker nothing is sent, and nothing is rounded
// twice.

namespace widthwise::trainer {

/// What any worker was asked to do is what all do, at the same step.
Request agree(Request request, Communicator& communicator);

/// Tells this worker's slice of a batch what each task's losses are divided by in the whole batch. Means over
/// slices cannot be averaged; the sum of all slices' (sum / whole) is the mean over the whole.
void weighSlice(Batch& slice, const Settings& settings, Communicator& communicator);

/// The loss of the whole batch from that of this worker's slice; `gradient` becomes the whole batch's too.
template <typename Real>
double joinSlices(double loss, std::span<Real> gradient, Communicator& communicator);

/// Over all jets of the sample, each task's mean over its own jets, tracks or pairs. The same bits for any
/// number of workers, each of which takes a part. `control` is attended to all the while.
template <typename Real>
std::array<TaskResult, taskCount> evaluate(Network<Real>& network, const JetSample& sample,
                                           Communicator& communicator, Control& control);

} // namespace widthwise::trainer
