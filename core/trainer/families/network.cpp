// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/network.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/data/random_stream.h"
#include "core/trainer/families/gn2/gn2.h"
#include "core/trainer/families/jets/track_pairs.h"
#include "core/trainer/families/mlp/mlp.h"

#include <optional>

namespace widthwise::trainer {

namespace {

Gn2Shape gn2Shape(const Settings& settings, std::int64_t classes)
{
    Gn2Shape shape;
    shape.inputs = settings.inputs();
    shape.width = settings.width;
    shape.baseWidth = settings.baseWidth;
    shape.layers = settings.layers;
    shape.classes = classes;
    shape.origins = settings.originTask ? originCount : 0;
    shape.vertexing = settings.vertexTask;
    shape.zeroReadout = settings.zeroReadout;
    shape.zeroQuery = settings.zeroQuery;
    shape.registerToken = settings.registerToken;
    shape.normAfterReadout = settings.normAfterReadout;
    return shape;
}

MlpShape mlpShape(const Settings& settings, std::int64_t classes)
{
    return {.inputs = settings.mlpTracks * settings.inputs(),
            .width = settings.width,
            .baseWidth = settings.baseWidth,
            .layers = settings.layers,
            .classes = classes,
            .bias = settings.bias,
            .zeroReadout = settings.zeroReadout};
}

std::unique_ptr<Model> makeModel(const Settings& settings, std::int64_t classes,
                                 const ParameterMap& parameters)
{
    if (settings.model == ModelKind::Mlp) {
        return std::make_unique<Mlp>(mlpShape(settings, classes), parameters, settings.mlpTracks,
                                     settings.activation);
    }
    const double scale = attentionScale(settings.parametrization, settings.widthOfHead(),
                                        settings.baseWidthOfHead(), settings.ablate);
    return std::make_unique<Gn2>(gn2Shape(settings, classes), parameters, settings.headCount(), scale);
}

template <typename Real>
void fill(std::span<Real> values, const ParameterSpec& parameter, double deviation, std::uint64_t seed)
{
    if (parameter.fill != Fill::Normal) {
        std::ranges::fill(values, parameter.fill == Fill::One ? Real{1} : Real{0});
        return;
    }
    RandomStream random(seed, streamOf(parameter.name));
    for (Real& value : values) {
        value = static_cast<Real>(deviation * random.normal());
    }
    const auto zeros = parameter.zeroRows * (parameter.size() / parameter.shape[0]);
    std::ranges::fill(values.first(static_cast<std::size_t>(zeros)), Real{0});
}

/// What a task's scores come to, where they were computed.
struct TaskLoss {
    at::Tensor value; ///< the sum of the losses, over `size`
    at::Tensor correct;
    double size = 1;
};

/// What a task is to say, where it is computed: labels of jets or tracks, or 1 for each pair of one vertex.
struct Target {
    at::Tensor wanted;
    at::Tensor weights; ///< of the classes, or of the pairs
};

/// Labels below 0 do not count. All arguments are in memory.
Target classTarget(const at::Tensor& labels, const at::Tensor& weights, const at::Device& device,
                   TaskResult& result)
{
    const at::Tensor known = labels.ge(0);
    const at::Tensor rowWeights = weights.index_select(0, labels.clamp_min(0)) * known;
    result.weight = rowWeights.sum().item<double>();
    result.count = known.sum().item<double>();
    return {labels.to(device), weights.to(device)};
}

template <typename Real>
Target pairTarget(const Batch& batch, const at::Device& device, TaskResult& result)
{
    PairTargets<Real> targets = pairTargets<Real>(batch);
    result.weight = matchCount(batch);
    result.count = static_cast<double>(targets.matches.size());
    const auto moved = [&](std::vector<Real>& values) {
        return viewOf(values.data(), {std::ssize(values)}).to(device, false, true);
    };
    return {moved(targets.matches), moved(targets.weights)};
}

/// The weighted cross-entropy of `scores` [rows, classes]: its mean.
TaskLoss classificationLoss(const at::Tensor& scores, const Target& target, const TaskResult& result)
{
    const at::Tensor correct = scores.argmax(1).eq(target.wanted).sum();
    if (!(result.weight > 0)) {
        return {scores.sum() * 0, correct, 0};
    }
    return {at::nll_loss(at::log_softmax(scores, 1), target.wanted, target.weights, at::Reduction::Mean, -1),
            correct, result.weight};
}

/// The weighted cross-entropy of `scores` [pairs]: its sum, as the mean is one over other pairs.
TaskLoss pairLoss(const at::Tensor& scores, const Target& target)
{
    return {
        at::binary_cross_entropy_with_logits(scores, target.wanted, target.weights, {}, at::Reduction::Sum),
        scores.gt(0).eq(target.wanted.gt(0)).sum()};
}

at::Tensor weightTensor(const std::vector<double>& weights, std::int64_t classes, at::ScalarType type)
{
    const auto options = at::TensorOptions().dtype(type);
    return weights.empty() ? at::ones({classes}, options) : at::tensor(weights, options);
}

} // namespace

std::vector<ParameterSpec> networkParameters(const Settings& settings, std::int64_t classes)
{
    return settings.model == ModelKind::Mlp ? mlpParameters(mlpShape(settings, classes))
                                            : gn2Parameters(gn2Shape(settings, classes));
}

std::vector<std::pair<Task, double>> tasksOf(const Settings& settings)
{
    std::vector<std::pair<Task, double>> tasks{{Task::Jets, 1}};
    if (settings.originTask) {
        tasks.emplace_back(Task::Origin, settings.originLossWeight);
    }
    if (settings.vertexTask) {
        tasks.emplace_back(Task::Vertex, settings.vertexLossWeight);
    }
    return tasks;
}

template <typename Real>
struct Network<Real>::Private {
    static constexpr at::ScalarType type = c10::CppTypeToScalarType<Real>::value;

    Private(std::size_t size, const Backend& where)
        : backend(where), values(size, backend), gradient(size, backend)
    {
    }

    Backend backend;
    FlatBuffer<Real> values;
    FlatBuffer<Real> gradient;
    at::Tensor half; ///< `values` in bfloat16; undefined in other precisions
    std::vector<Segment> segments;
    std::vector<std::pair<Task, double>> tasks;
    Tap tap;
    ParameterMap parameters;
    at::Tensor classWeights;
    at::Tensor originWeights;
    std::unique_ptr<Model> model;
    std::int64_t inputs = 0;
    bool hasRegisters = false;

    /// The tensor of a segment of the buffers, which learns.
    Parameter parameter(const Segment& segment, at::IntArrayRef shape)
    {
        const auto part = [&](const at::Tensor& buffer) {
            const auto count = static_cast<std::int64_t>(segment.end - segment.begin);
            return buffer.narrow(0, static_cast<std::int64_t>(segment.begin), count).view(shape).detach();
        };
        at::Tensor tensor = part(values.onDevice()).requires_grad_();
        tensor.mutable_grad() = part(gradient.onDevice());
        return {tensor, segment.scaling.multiplier, &tap, half.defined() ? part(half) : at::Tensor()};
    }

    ModelOutput forward(Batch& batch)
    {
        const at::Tensor& current = values.onDevice();
        if (half.defined()) {
            half.copy_(current); // rounded once for all products of the pass
        }
        const auto operationsFor = [&](std::span<const std::int64_t> offsets) {
            return backend.ownKernels ? kernelOperations(offsets)
                                      : deviceOperations(offsets, current.device());
        };
        const auto operations = operationsFor(batch.offsets);
        std::optional<JetsWithRegisters> registers;
        if (hasRegisters) {
            registers.emplace(batch.offsets, current.device(), operationsFor);
        }
        return (*model)({viewOf(batch.tokens.data(), {batch.offsets.back(), inputs}).to(current.options()),
                         viewOf(batch.offsets.data(), {std::ssize(batch.offsets)}), *operations,
                         registers ? &*registers : nullptr});
    }

    Target target(Task task, Batch& batch, TaskResult& result) const
    {
        const at::Device device = deviceOf(backend);
        if (task == Task::Vertex) {
            return pairTarget<Real>(batch, device, result);
        }
        auto& labels = task == Task::Jets ? batch.labels : batch.origins;
        return classTarget(viewOf(labels.data(), {std::ssize(labels)}),
                           task == Task::Jets ? classWeights : originWeights, device, result);
    }

    static TaskLoss taskLoss(Task task, const ModelOutput& output, const Target& target,
                             const TaskResult& result)
    {
        if (task == Task::Vertex) {
            return pairLoss(output.vertex, target);
        }
        return classificationLoss(task == Task::Jets ? output.jets : output.origin, target, result);
    }

    struct Losses {
        std::vector<TaskLoss> parts; ///< as `tasks`
        std::vector<double> factors; ///< what each part's value counts in the total
        at::Tensor total;
    };

    Losses losses(Batch& batch, Result& result)
    {
        std::vector<Target> targets; // brought to the device before there is work there to wait for
        for (const auto& [task, weight] : tasks) {
            targets.push_back(target(task, batch, result.tasks[static_cast<std::size_t>(task)]));
        }
        const ModelOutput output = forward(batch);
        Losses losses;
        for (const auto& [task, weight] : tasks) {
            const auto index = static_cast<std::size_t>(task);
            const TaskResult& ofTask = result.tasks[index];
            const TaskLoss& part =
                losses.parts.emplace_back(taskLoss(task, output, targets[losses.parts.size()], ofTask));
            const double whole = batch.wholes[index] > 0 ? batch.wholes[index] : ofTask.weight;
            const double factor = losses.factors.emplace_back(whole > 0 ? weight * (part.size / whole) : 0);
            const at::Tensor weighted = factor == 1 ? part.value : part.value * factor;
            losses.total = losses.total.defined() ? losses.total + weighted : weighted;
        }
        return losses;
    }

    /// Waits for the device, once for all tasks.
    void read(const Losses& losses, Result& result) const
    {
        std::vector<at::Tensor> numbers;
        for (const TaskLoss& part : losses.parts) {
            numbers.push_back(part.value.detach().to(at::kDouble));
            numbers.push_back(part.correct.to(at::kDouble));
        }
        const at::Tensor table = at::stack(numbers).cpu();
        const double* number = table.data_ptr<double>();
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            TaskResult& ofTask = result.tasks[static_cast<std::size_t>(tasks[i].first)];
            ofTask.sum = number[0] * losses.parts[i].size;
            ofTask.correct = number[1];
            result.loss += losses.factors[i] * number[0];
            number += 2;
        }
    }
};

template <typename Real>
Network<Real>::Network(const Settings& settings, std::int64_t classes, const Backend& backend)
{
    const std::vector<ParameterSpec> specs = networkParameters(settings, classes);
    d = std::make_unique<Private>(static_cast<std::size_t>(parameterCount(specs)), backend);
    if (settings.precision == Precision::Bfloat16) {
        d->half = at::empty_like(d->values.onDevice(), at::kBFloat16);
    }
    std::size_t at = 0;
    for (const ParameterSpec& spec : specs) {
        const auto count = static_cast<std::size_t>(spec.size());
        const Scaling scaling =
            scalingOf(settings.parametrization, settings.optimizer, spec, settings.ablate);
        d->segments.push_back({at, at + count, spec.role, scaling, spec.name});
        d->parameters[spec.name] = d->parameter(d->segments.back(), spec.shape);
        at += count;
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const Segment& segment = d->segments[i];
        fill(d->values.inMemory().subspan(segment.begin, segment.end - segment.begin), specs[i],
             segment.scaling.initialDeviation, static_cast<std::uint64_t>(settings.seed));
    }
    d->tasks = tasksOf(settings);
    d->inputs = settings.inputs();
    d->hasRegisters = settings.registerToken;
    d->model = makeModel(settings, classes, d->parameters);
    d->classWeights = weightTensor(settings.classWeights, classes, Private::type);
    d->originWeights = weightTensor(settings.originWeights, originCount, Private::type);
}

template <typename Real>
Network<Real>::~Network() = default;

template <typename Real>
const Backend& Network<Real>::backend() const
{
    return d->backend;
}

template <typename Real>
std::span<Real> Network<Real>::values()
{
    return d->values.inMemory();
}

template <typename Real>
std::span<Real> Network<Real>::gradient()
{
    return d->gradient.inMemory();
}

template <typename Real>
at::Tensor& Network<Real>::valueTensor()
{
    return d->values.onDevice();
}

template <typename Real>
at::Tensor& Network<Real>::gradientTensor()
{
    return d->gradient.onDevice();
}

template <typename Real>
std::vector<Segment> Network<Real>::segments() const
{
    return d->segments;
}

template <typename Real>
Result Network<Real>::differentiate(Batch& batch, std::vector<LayerStatistics>* statistics)
{
    Result result;
    d->gradient.onDevice().zero_();
    d->tap.flowInto(statistics);
    const auto losses = d->losses(batch, result);
    d->tap.flowInto(nullptr);
    losses.total.backward();
    d->read(losses, result);
    return result;
}

template <typename Real>
Result Network<Real>::evaluate(Batch& batch)
{
    const at::NoGradGuard guard;
    Result result;
    d->read(d->losses(batch, result), result);
    return result;
}

template <typename Real>
std::vector<Real> Network<Real>::logits(Batch& batch)
{
    const at::NoGradGuard guard;
    const at::Tensor scores = d->forward(batch).jets.cpu().contiguous();
    return {scores.template data_ptr<Real>(), scores.template data_ptr<Real>() + scores.numel()};
}

template class Network<float>;
template class Network<double>;

} // namespace widthwise::trainer
