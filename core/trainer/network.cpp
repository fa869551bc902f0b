// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/network.h"

#include "core/trainer/blas.h"
#include "core/trainer/gn2.h"
#include "core/trainer/mlp.h"
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

std::vector<std::int64_t> jetOfTrack(const std::vector<std::int64_t>& offsets)
{
    std::vector<std::int64_t> jets(static_cast<std::size_t>(offsets.back()));
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        std::fill(jets.begin() + offsets[jet], jets.begin() + offsets[jet + 1],
                  static_cast<std::int64_t>(jet));
    }
    return jets;
}

/// For each ordered pair of tracks, in the order of ModelOutput::vertex, 1 where they come from one vertex.
template <typename Real>
std::vector<Real> sharedVertices(const Batch& batch)
{
    std::vector<Real> shared;
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

/// The weighted cross-entropy of `scores` [rows, classes]; labels below 0 do not count.
at::Tensor classificationLoss(const at::Tensor& scores, const at::Tensor& labels, const at::Tensor& weights,
                              TaskResult& result)
{
    const at::Tensor known = labels.ge(0);
    const at::Tensor rowWeights = weights.index_select(0, labels.clamp_min(0)) * known;
    result.weight = rowWeights.sum().item<double>();
    result.correct = (scores.argmax(1).eq(labels)).sum().item<double>();
    result.count = known.sum().item<double>();
    if (!(result.weight > 0)) {
        return scores.sum() * 0;
    }
    at::Tensor mean = at::nll_loss(at::log_softmax(scores, 1), labels, weights, at::Reduction::Mean, -1);
    result.loss = mean.item<double>();
    return mean;
}

at::Tensor pairLoss(const at::Tensor& scores, const at::Tensor& shared, TaskResult& result)
{
    result.weight = result.count = static_cast<double>(scores.numel());
    if (scores.numel() == 0) {
        return scores.sum() * 0;
    }
    result.correct = scores.gt(0).eq(shared.gt(0)).sum().item<double>();
    at::Tensor mean = at::binary_cross_entropy_with_logits(scores, shared);
    result.loss = mean.item<double>();
    return mean;
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

    std::vector<Real> values;
    std::vector<Real> gradient;
    at::Tensor half; ///< `values` in bfloat16; undefined in other precisions
    std::vector<Segment> segments;
    std::vector<std::pair<Task, double>> tasks;
    Tap tap;
    ParameterMap parameters;
    at::Tensor classWeights;
    at::Tensor originWeights;
    std::unique_ptr<Model> model;
    std::int64_t inputs = 0;

    at::Tensor roundedView(std::size_t at, at::IntArrayRef shape) const
    {
        return half.defined()
                   ? half.narrow(0, static_cast<std::int64_t>(at), c10::multiply_integers(shape)).view(shape)
                   : at::Tensor();
    }

    /// The values as they are now, rounded once for all products of the pass.
    void roundValues()
    {
        if (half.defined()) {
            half.copy_(viewOf(values.data(), {std::ssize(values)}));
        }
    }

    ModelOutput forward(Batch& batch)
    {
        roundValues();
        std::vector<std::int64_t> jets = jetOfTrack(batch.offsets);
        return (*model)({viewOf(batch.tokens.data(), {batch.offsets.back(), inputs}).to(type),
                         viewOf(batch.offsets.data(), {std::ssize(batch.offsets)}),
                         viewOf(jets.data(), {std::ssize(jets)}).clone()});
    }

    at::Tensor taskLoss(Task task, const ModelOutput& output, Batch& batch, TaskResult& result) const
    {
        if (task == Task::Vertex) {
            std::vector<Real> shared = sharedVertices<Real>(batch);
            return pairLoss(output.vertex, viewOf(shared.data(), {std::ssize(shared)}).clone(), result);
        }
        auto& labels = task == Task::Jets ? batch.labels : batch.origins;
        return classificationLoss(task == Task::Jets ? output.jets : output.origin,
                                  viewOf(labels.data(), {std::ssize(labels)}),
                                  task == Task::Jets ? classWeights : originWeights, result);
    }

    at::Tensor loss(Batch& batch, Result& result)
    {
        const ModelOutput output = forward(batch);
        at::Tensor total;
        for (const auto& [task, weight] : tasks) {
            TaskResult& ofTask = result.tasks[static_cast<std::size_t>(task)];
            const at::Tensor part = taskLoss(task, output, batch, ofTask);
            const double factor = weight * batch.shares[static_cast<std::size_t>(task)];
            const at::Tensor weighted = factor == 1 ? part : part * factor;
            total = total.defined() ? total + weighted : weighted;
            result.loss += factor * ofTask.loss;
        }
        return total;
    }
};

template <typename Real>
Network<Real>::Network(const Settings& settings, std::int64_t classes) : d(std::make_unique<Private>())
{
    const std::vector<ParameterSpec> specs = networkParameters(settings, classes);
    const auto size = static_cast<std::size_t>(parameterCount(specs));
    d->values.resize(size);
    d->gradient.resize(size);
    if (settings.precision == Precision::Bfloat16) {
        d->half = at::empty({std::ssize(d->values)}, at::kBFloat16);
    }
    std::size_t at = 0;
    for (const ParameterSpec& spec : specs) {
        const auto count = static_cast<std::size_t>(spec.size());
        const Scaling scaling =
            scalingOf(settings.parametrization, settings.optimizer, spec, settings.ablate);
        fill(std::span(d->values).subspan(at, count), spec, scaling.initialDeviation,
             static_cast<std::uint64_t>(settings.seed));
        at::Tensor tensor = viewOf(&d->values[at], spec.shape).requires_grad_();
        tensor.mutable_grad() = viewOf(&d->gradient[at], spec.shape);
        d->parameters[spec.name] = {tensor, scaling.multiplier, &d->tap, d->roundedView(at, spec.shape)};
        d->segments.push_back({at, at + count, spec.role, scaling, spec.name});
        at += count;
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
std::span<Real> Network<Real>::values()
{
    return d->values;
}

template <typename Real>
std::span<Real> Network<Real>::gradient()
{
    return d->gradient;
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
    std::ranges::fill(d->gradient, Real{0});
    d->tap.flowInto(statistics);
    const at::Tensor loss = d->loss(batch, result);
    d->tap.flowInto(nullptr);
    loss.backward();
    return result;
}

template <typename Real>
Result Network<Real>::evaluate(Batch& batch)
{
    const at::NoGradGuard guard;
    Result result;
    d->loss(batch, result);
    return result;
}

template <typename Real>
std::vector<Real> Network<Real>::logits(Batch& batch)
{
    const at::NoGradGuard guard;
    const at::Tensor scores = d->forward(batch).jets.contiguous();
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
