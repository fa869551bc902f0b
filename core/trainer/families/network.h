// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/task.h"
#include "core/trainer/compute/backend.h"
#include "core/trainer/engine/layer_statistics.h"
#include "core/trainer/engine/optimizer.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/families/jets/jet_sample.h"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace at {
class Tensor;
}

namespace widthwise::trainer {

/// The tensors of the network that `settings` ask for, with so many flavours to tell apart.
std::vector<ParameterSpec> networkParameters(const Settings& settings, std::int64_t classes);

/// What a network makes of a batch in one task.
struct TaskResult {
    double sum = 0;     ///< of the losses of jets, tracks, or pairs of tracks, each with its weight
    double weight = 0;  ///< what it is divided by: the sum of the weights; of pairs, the number that match
    double correct = 0; ///< how many of `count` score highest what they are
    double count = 0;

    /// 0 where there was nothing to learn from.
    double loss() const { return weight > 0 ? sum / weight : 0; }
};

struct Result {
    double loss = 0; ///< all tasks' losses with their weights; of a slice, its part of the whole batch's
    std::array<TaskResult, taskCount> tasks;
};

/// The tasks of a model with these settings, and each one's weight in the loss.
std::vector<std::pair<Task, double>> tasksOf(const Settings& settings);

/// A network whose values and gradients each lie in one flat buffer. LibTorch stays behind this class.
template <typename Real>
class Network {
public:
    /// Initial values come from the settings' seed and each tensor's name alone; they are the same on every
    /// backend.
    Network(const Settings& settings, std::int64_t classes, const Backend& backend = {});
    ~Network();

    const Backend& backend() const;
    /// In memory, to read and write. From a device they are copied, and back by the next call of anything
    /// else.
    std::span<Real> values();
    std::span<Real> gradient();
    /// The same where they are computed with.
    at::Tensor& valueTensor();
    at::Tensor& gradientTensor();
    std::vector<Segment> segments() const;

    /// Fills `gradient` with that of the batch's loss. With `statistics`, adds what each layer put out on the
    /// way.
    Result differentiate(Batch& batch, std::vector<LayerStatistics>* statistics = nullptr);
    Result evaluate(Batch& batch);
    /// Of the jets, [jets, classes], before the softmax.
    std::vector<Real> logits(Batch& batch);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

extern template class Network<float>;
extern template class Network<double>;

} // namespace widthwise::trainer
