// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/network.h"

#include "core/trainer/blas.h"
#include "core/trainer/gn2.h"
#include "core/trainer/random_stream.h"

namespace widthwise::trainer {

namespace {

Gn2Shape shapeOf(const Settings& settings, std::int64_t inputs, std::int64_t classes)
{
    Gn2Shape shape;
    shape.inputs = inputs;
    shape.width = settings.width;
    shape.baseWidth = settings.baseWidth;
    shape.layers = settings.layers;
    shape.classes = classes;
    shape.zeroReadout = settings.zeroReadout;
    shape.zeroQuery = settings.zeroQuery;
    return shape;
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

} // namespace

std::vector<ParameterSpec> networkParameters(const Settings& settings, std::int64_t inputs,
                                             std::int64_t classes)
{
    return gn2Parameters(shapeOf(settings, inputs, classes));
}

template <typename Real>
struct Network<Real>::Private {
    std::vector<Real> values;
    std::vector<Real> gradient;
    std::vector<Segment> segments;
    ParameterMap parameters;
    at::Tensor classWeights;
    std::unique_ptr<Gn2> model;

    at::Tensor logits(Batch& batch) const
    {
        const auto tracks = batch.offsets.back();
        const auto inputs = tracks == 0 ? 1 : static_cast<std::int64_t>(batch.tokens.size()) / tracks;
        at::Tensor tokens = viewOf(batch.tokens.data(), {tracks, inputs});
        const at::Tensor offsets = viewOf(batch.offsets.data(), {std::ssize(batch.offsets)});
        return model->classify(tokens.to(c10::CppTypeToScalarType<Real>::value), offsets);
    }

    at::Tensor loss(Batch& batch, Result& result) const
    {
        const at::Tensor labels = viewOf(batch.labels.data(), {std::ssize(batch.labels)});
        const at::Tensor scores = at::log_softmax(logits(batch), 1);
        at::Tensor mean = at::nll_loss(scores, labels, classWeights);
        result.loss = mean.template item<double>();
        result.weight = classWeights.index_select(0, labels).sum().template item<double>();
        result.correct = scores.argmax(1).eq(labels).sum().template item<std::int64_t>();
        return mean;
    }
};

template <typename Real>
Network<Real>::Network(const Settings& settings, std::int64_t inputs, std::int64_t classes)
    : d(std::make_unique<Private>())
{
    const std::vector<ParameterSpec> specs = networkParameters(settings, inputs, classes);
    const auto size = static_cast<std::size_t>(parameterCount(specs));
    d->values.resize(size);
    d->gradient.resize(size);
    std::size_t at = 0;
    for (const ParameterSpec& spec : specs) {
        const auto count = static_cast<std::size_t>(spec.size());
        const Scaling scaling = scalingOf(settings.parametrization, settings.optimizer, spec);
        fill(std::span(d->values).subspan(at, count), spec, scaling.initialDeviation,
             static_cast<std::uint64_t>(settings.seed));
        at::Tensor tensor = viewOf(&d->values[at], spec.shape).requires_grad_();
        tensor.mutable_grad() = viewOf(&d->gradient[at], spec.shape);
        d->parameters[spec.name] = {tensor, scaling.multiplier};
        d->segments.push_back({at, at + count, spec.role, scaling});
        at += count;
    }
    const double scale =
        attentionScale(settings.parametrization, settings.widthOfHead(), settings.baseWidthOfHead());
    d->model =
        std::make_unique<Gn2>(shapeOf(settings, inputs, classes), d->parameters, settings.headCount(), scale);
    const auto real = at::TensorOptions().dtype(c10::CppTypeToScalarType<Real>::value);
    d->classWeights =
        settings.classWeights.empty() ? at::ones({classes}, real) : at::tensor(settings.classWeights, real);
}

template <typename Real>
Network<Real>::~Network() = default;

template <typename Real>
std::span<Real> Network<Real>::values()
{
    return d->values;
}

template <typename Real>
std::span<const Real> Network<Real>::gradient() const
{
    return d->gradient;
}

template <typename Real>
std::vector<Segment> Network<Real>::segments() const
{
    return d->segments;
}

template <typename Real>
Result Network<Real>::differentiate(Batch& batch)
{
    Result result;
    std::ranges::fill(d->gradient, Real{0});
    d->loss(batch, result).backward();
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
    const at::Tensor scores = d->logits(batch).contiguous();
    return {scores.template data_ptr<Real>(), scores.template data_ptr<Real>() + scores.numel()};
}

template class Network<float>;
template class Network<double>;

void prepareCompute(std::int64_t threads)
{
    at::set_num_threads(static_cast<int>(threads));
    blas::chooseKernels();
    blas::setThreads(threads);
}

} // namespace widthwise::trainer
