// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/network.h"

#include "core/trainer/blas.h"
#include "core/trainer/flat_buffer.h"
#include "core/trainer/gn2.h"
#include "core/trainer/mlp.h"
#include "core/trainer/ragged_kernels.h"
#include "core/trainer/random_stream.h"

#include <limits>
#include <malloc.h>

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

/// For each ordered pair of tracks, in the order of ModelOutput::vertex, 1 where they come from one vertex.
template <typename Real>
std::vector<Real> sharedVertices(const Batch& batch)
{
    std::vector<Real> shared;
    shared.reserve(static_cast<std::size_t>(pairCount(batch.offsets)));
    for (std::size_t jet = 0; jet + 1 < batch.offsets.size(); ++jet) {
        for (auto i = batch.offsets[jet]; i < batch.offsets[jet + 1]; ++i) {
            for (auto j = batch.offsets[jet]; j < batch.offsets[jet + 1]; ++j) {
                const auto vertex = batch.vertices[static_cast<std::size_t>(i)];
                if (i != j) {
                    shared.push_back(
                        vertex >= 0 && vertex == batch.vertices[static_cast<std::size_t>(j)] ? 1 : 0);
                }
            }
        }
    }
    return shared;
}

/// What a task's scores come to, where they were computed.
struct TaskLoss {
    at::Tensor mean; ///< 0 where there is nothing to learn from
    at::Tensor correct;
};

/// What a task is to say, where it is computed: labels of jets or tracks, or 1 for each pair of one vertex.
struct Target {
    at::Tensor wanted;
    at::Tensor weights; ///< of the labels
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

/// The weighted cross-entropy of `scores` [rows, classes].
TaskLoss classificationLoss(const at::Tensor& scores, const Target& target, const TaskResult& result)
{
    const at::Tensor correct = scores.argmax(1).eq(target.wanted).sum();
    if (!(result.weight > 0)) {
        return {scores.sum() * 0, correct};
    }
    return {at::nll_loss(at::log_softmax(scores, 1), target.wanted, target.weights, at::Reduction::Mean, -1),
            correct};
}

TaskLoss pairLoss(const at::Tensor& scores, const at::Tensor& shared)
{
    return {scores.numel() == 0 ? scores.sum() * 0 : at::binary_cross_entropy_with_logits(scores, shared),
            scores.gt(0).eq(shared.gt(0)).sum()};
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
        const auto operations = backend.ownKernels ? kernelOperations(batch.offsets)
                                                   : deviceOperations(batch.offsets, current.device());
        return (*model)({viewOf(batch.tokens.data(), {batch.offsets.back(), inputs}).to(current.options()),
                         viewOf(batch.offsets.data(), {std::ssize(batch.offsets)}), *operations});
    }

    Target target(Task task, Batch& batch, TaskResult& result) const
    {
        const at::Device device = deviceOf(backend);
        if (task == Task::Vertex) {
            std::vector<Real> shared = sharedVertices<Real>(batch);
            result.weight = result.count = static_cast<double>(shared.size());
            return {viewOf(shared.data(), {std::ssize(shared)}).to(device, false, true), {}};
        }
        auto& labels = task == Task::Jets ? batch.labels : batch.origins;
        return classTarget(viewOf(labels.data(), {std::ssize(labels)}),
                           task == Task::Jets ? classWeights : originWeights, device, result);
    }

    static TaskLoss taskLoss(Task task, const ModelOutput& output, const Target& target,
                             const TaskResult& result)
    {
        if (task == Task::Vertex) {
            return pairLoss(output.vertex, target.wanted);
        }
        return classificationLoss(task == Task::Jets ? output.jets : output.origin, target, result);
    }

    struct Losses {
        std::vector<TaskLoss> parts; ///< as `tasks`
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
            losses.parts.push_back(taskLoss(task, output, targets[losses.parts.size()], result.tasks[index]));
            const at::Tensor& mean = losses.parts.back().mean;
            const double factor = weight * batch.shares[index];
            const at::Tensor weighted = factor == 1 ? mean : mean * factor;
            losses.total = losses.total.defined() ? losses.total + weighted : weighted;
        }
        return losses;
    }

    /// Waits for the device, once for all tasks.
    void read(const Losses& losses, const Batch& batch, Result& result) const
    {
        std::vector<at::Tensor> numbers;
        for (const TaskLoss& part : losses.parts) {
            numbers.push_back(part.mean.detach().to(at::kDouble));
            numbers.push_back(part.correct.to(at::kDouble));
        }
        const at::Tensor table = at::stack(numbers).cpu();
        const double* number = table.data_ptr<double>();
        for (const auto& [task, weight] : tasks) {
            const auto index = static_cast<std::size_t>(task);
            TaskResult& ofTask = result.tasks[index];
            ofTask.loss = ofTask.weight > 0 ? number[0] : 0;
            ofTask.correct = number[1];
            result.loss += weight * batch.shares[index] * ofTask.loss;
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
    d->read(losses, batch, result);
    return result;
}

template <typename Real>
Result Network<Real>::evaluate(Batch& batch)
{
    const at::NoGradGuard guard;
    Result result;
    d->read(d->losses(batch, result), batch, result);
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

void prepareCompute(std::int64_t threads)
{
#if defined(__GLIBC__)
    // A step's tensors go and come again: memory that is given back is zeroed by the kernel at every step.
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
#endif
    at::set_num_threads(static_cast<int>(threads));
    blas::chooseKernels();
    blas::setThreads(threads);
}

} // namespace widthwise::trainer
