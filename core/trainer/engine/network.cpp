// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/network.h"

#include "core/models/parameter_layout.h"
#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/data/random_stream.h"
#include "core/trainer/engine/model.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

template <typename Real>
void fill(std::span<Real> values, const ParameterSpec& parameter, double deviation, std::uint64_t seed)
{
    if (!parameter.start.empty()) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<Real>(parameter.start[i % parameter.start.size()]);
        }
        return;
    }
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
    std::vector<LossTerm> terms;
    Tap tap;
    ParameterMap parameters;
    std::unique_ptr<Model> model;

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

    /// Before a pass: what was written into memory goes to the device, and is rounded once for all products.
    void bringUp()
    {
        const at::Tensor& current = values.onDevice();
        if (half.defined()) {
            half.copy_(current);
        }
    }

    struct Losses {
        std::vector<TermLoss> parts; ///< as `terms`
        std::vector<double> factors; ///< what each part's value counts in the total
        at::Tensor total;
    };

    Losses losses(const Batch& batch, std::span<const double> wholes, Result& result)
    {
        bringUp();
        result.terms.resize(terms.size());
        Losses losses{model->losses(batch, result.terms), {}, {}};
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const TermLoss& part = losses.parts[i];
            const double whole = !wholes.empty() && wholes[i] > 0 ? wholes[i] : result.terms[i].divisor;
            const double factor =
                losses.factors.emplace_back(whole > 0 ? terms[i].weight * (part.size / whole) : 0);
            const at::Tensor weighted = factor == 1 ? part.value : part.value * factor;
            losses.total = losses.total.defined() ? losses.total + weighted : weighted;
        }
        return losses;
    }

    /// Waits for the device, once for all terms.
    void read(const Losses& losses, Result& result) const
    {
        std::vector<at::Tensor> numbers;
        for (const TermLoss& part : losses.parts) {
            const at::Tensor value = part.value.detach().to(at::kDouble);
            numbers.push_back(value);
            numbers.push_back(part.correct.defined() ? part.correct.to(at::kDouble) : at::zeros_like(value));
        }
        const at::Tensor table = at::stack(numbers).cpu();
        const double* number = table.data_ptr<double>();
        for (std::size_t i = 0; i < terms.size(); ++i) {
            result.terms[i].sum = number[0] * losses.parts[i].size;
            result.terms[i].correct = number[1];
            result.loss += losses.factors[i] * number[0];
            number += 2;
        }
    }
};

template <typename Real>
Network<Real>::Network(const Family& family, const Settings& settings, const DataSizes& sizes,
                       const Backend& backend)
{
    const std::vector<ParameterSpec> specs = family.facts().parameters(settings, sizes);
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
    d->terms = family.terms(settings);
    const at::TensorOptions options = at::TensorOptions().dtype(Private::type).device(deviceOf(backend));
    d->model = family.makeModel(settings, sizes, {d->parameters, backend, options});
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
std::vector<double> Network<Real>::divisors(const Batch& batch) const
{
    return d->model->divisors(batch);
}

template <typename Real>
Result Network<Real>::differentiate(const Batch& batch, std::vector<LayerStatistics>* statistics,
                                    std::span<const double> wholes)
{
    Result result;
    d->gradient.onDevice().zero_();
    d->tap.flowInto(statistics);
    const auto losses = d->losses(batch, wholes, result);
    d->tap.flowInto(nullptr);
    losses.total.backward();
    d->read(losses, result);
    return result;
}

template <typename Real>
Result Network<Real>::evaluate(const Batch& batch)
{
    const at::NoGradGuard guard;
    Result result;
    d->read(d->losses(batch, {}, result), result);
    return result;
}

template <typename Real>
std::vector<Values> Network<Real>::outputs(const Batch& batch)
{
    const at::NoGradGuard guard;
    d->bringUp();
    std::vector<Values> outputs;
    for (const at::Tensor& output : d->model->outputs(batch)) {
        const at::Tensor values = output.cpu().contiguous();
        const Real* first = values.template data_ptr<Real>();
        outputs.emplace_back(std::vector<Real>(first, first + values.numel()));
    }
    return outputs;
}

template class Network<float>;
template class Network<double>;

} // namespace widthwise::trainer
