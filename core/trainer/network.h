// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/jet_sample.h"
#include "core/trainer/optimizer.h"
#include "core/trainer/settings.h"

#include <memory>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// The tensors of the network that `settings` ask for, with `inputs` variables per track and `classes`
/// flavours.
std::vector<ParameterSpec> networkParameters(const Settings& settings, std::int64_t inputs,
                                             std::int64_t classes);

/// What a network makes of a batch.
struct Result {
    double loss = 0;          ///< weighted mean of the jets' cross-entropies
    double weight = 0;        ///< sum of the jets' class weights, which the mean is over
    std::int64_t correct = 0; ///< jets whose own class scores highest
};

/// A network whose values and gradients each lie in one flat buffer. LibTorch stays behind this class.
template <typename Real>
class Network {
public:
    /// Initial values come from the settings' seed and each tensor's name alone. `classWeights` has one
    /// number per class, or none for all 1.
    Network(const Settings& settings, std::int64_t inputs, std::int64_t classes);
    ~Network();

    std::span<Real> values();
    std::span<const Real> gradient() const;
    std::vector<Segment> segments() const;

    /// Fills `gradient` with that of the batch's loss.
    Result differentiate(Batch& batch);
    Result evaluate(Batch& batch);
    /// [jets, classes], before the softmax.
    std::vector<Real> logits(Batch& batch);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

extern template class Network<float>;
extern template class Network<double>;

/// Makes LibTorch and its BLAS use so many threads, and the BLAS its best kernels.
void prepareCompute(std::int64_t threads);

} // namespace widthwise::trainer
