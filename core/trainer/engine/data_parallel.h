// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/control.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/parallel/communicator.h"

#include <span>
#include <vector>

// What the workers of a trial work out together. With one worker nothing is sent, and nothing is rounded
// twice.

namespace widthwise::trainer {

/// What any worker was asked to do is what all do, at the same step.
Request agree(Request request, Communicator& communicator);

/// What each term's losses are divided by in the whole batch that `slice` is this worker's part of; empty for
/// one worker alone. Means over slices cannot be averaged; the sum of all slices' (sum / whole) is the mean
/// over the whole.
template <typename Real>
std::vector<double> wholeDivisors(const Network<Real>& network, const Batch& slice,
                                  Communicator& communicator);

/// The loss of the whole batch from that of this worker's slice; `gradient` becomes the whole batch's too.
template <typename Real>
double joinSlices(double loss, std::span<Real> gradient, Communicator& communicator);

/// Over all validation samples, each of `terms` terms' mean over what it is of. The same bits for any number
/// of workers, each of which takes a part. `control` is attended to all the while.
template <typename Real>
std::vector<TermResult> validate(Network<Real>& network, const DataSource& data, std::size_t terms,
                                 Communicator& communicator, Control& control);

} // namespace widthwise::trainer
