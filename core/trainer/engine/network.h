// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"
#include "core/trainer/engine/family.h"
#include "core/trainer/engine/layer_statistics.h"
#include "core/trainer/engine/optimizer.h"
#include "core/trainer/engine/predictor.h"

#include <memory>
#include <span>
#include <vector>

namespace at {
class Tensor;
}

namespace widthwise::trainer {

/// A network whose values and gradients each lie in one flat buffer. LibTorch stays behind this class.
template <typename Real>
class Network : public Predictor {
public:
    /// Initial values come from the settings' seed and each tensor's name alone; they are the same on every
    /// backend.
    Network(const Family& family, const Settings& settings, const DataSizes& sizes,
            const Backend& backend = {});
    ~Network() override;

    const Backend& backend() const;
    /// In memory, to read and write. From a device they are copied, and back by the next call of anything
    /// else.
    std::span<Real> values();
    std::span<Real> gradient();
    /// The same where they are computed with.
    at::Tensor& valueTensor();
    at::Tensor& gradientTensor();
    std::vector<Segment> segments() const;

    /// What each term's losses are divided by in the batch; see data_parallel.h.
    std::vector<double> divisors(const Batch& batch) const;
    /// Fills `gradient` with that of the batch's loss. With `statistics`, adds what each layer put out on the
    /// way. Of a batch that is a slice, `wholes` are the divisors of the whole.
    Result differentiate(const Batch& batch, std::vector<LayerStatistics>* statistics = nullptr,
                         std::span<const double> wholes = {});
    Result evaluate(const Batch& batch);
    std::vector<Values> outputs(const Batch& batch) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

extern template class Network<float>;
extern template class Network<double>;

} // namespace widthwise::trainer
