// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/updater.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/compute/sum_of_squares.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

namespace {

template <typename Real>
class MemoryUpdater : public Updater<Real> {
public:
    MemoryUpdater(const OptimizerSettings& settings, Network<Real>& network)
        : m_network(network), m_segments(network.segments()),
          m_optimizer(settings, m_segments, network.values().size())
    {
    }

    void update(std::int64_t step, double rate, double beta1, double clip,
                std::span<UpdateNorms> norms) override
    {
        const std::span<const Real> gradient = m_network.gradient();
        const double scale = clip > 0 ? std::min(1.0, clip / normOf(gradient)) : 1;
        m_optimizer.update(step, rate, beta1, scale, m_network.values(), gradient, norms);
    }
    std::span<Real> first() override { return m_optimizer.first(); }
    std::span<Real> second() override { return m_optimizer.second(); }

private:
    double normOf(std::span<const Real> gradient) const
    {
        double squares = 0;
        for (const Segment& segment : m_segments) {
            const double weight = segment.scaling.gradientNorm;
            squares +=
                weight * weight * sumOfSquares(gradient.subspan(segment.begin, segment.end - segment.begin));
        }
        return std::sqrt(squares);
    }

    Network<Real>& m_network;
    std::vector<Segment> m_segments;
    Optimizer<Real> m_optimizer;
};

/// A few operations over whole buffers, however many tensors there are: the segments' multipliers are buffers
/// too. Nothing is read back from the device but norms.
template <typename Real>
class DeviceUpdater : public Updater<Real> {
public:
    DeviceUpdater(const OptimizerSettings& settings, Network<Real>& network)
        : m_settings(settings), m_network(network), m_first(network.values().size(), network.backend()),
          m_second(settings.kind == OptimizerKind::Sgd ? 0 : network.values().size(), network.backend())
    {
        m_rates = multipliers([](const Scaling& scaling) { return scaling.learningRate; });
        m_epsilons = multipliers([&](const Scaling& s) { return s.epsilon * settings.epsilon; });
        m_gradientNorms = multipliers([](const Scaling& scaling) { return scaling.gradientNorm; });
        if (settings.weightDecay > 0) {
            m_decays = multipliers([&](const Scaling& s) { return s.weightDecay * settings.weightDecay; });
        }
    }

    void update(std::int64_t step, double rate, double beta1, double clip,
                std::span<UpdateNorms> norms) override
    {
        const at::NoGradGuard guard;
        const at::Tensor before = norms.empty() ? at::Tensor() : m_network.valueTensor().clone();
        at::Tensor gradient = m_network.gradientTensor();
        if (clip > 0) {
            const at::Tensor norm = at::norm(gradient * m_gradientNorms, 2, at::kDouble);
            gradient = gradient * (clip / norm).clamp_max(1).to(gradient.scalar_type());
        }
        if (m_settings.kind == OptimizerKind::Sgd) {
            sgd(rate, gradient);
        } else {
            adam(static_cast<double>(step + 1), rate, beta1, gradient);
        }
        if (!norms.empty()) {
            measure(m_network.valueTensor() - before, norms);
        }
    }
    std::span<Real> first() override { return m_first.inMemory(); }
    std::span<Real> second() override { return m_second.inMemory(); }

private:
    template <typename Function>
    at::Tensor multipliers(const Function& function)
    {
        FlatBuffer<Real> buffer(m_network.values().size(), m_network.backend());
        for (const Segment& segment : m_network.segments()) {
            std::ranges::fill(buffer.inMemory().subspan(segment.begin, segment.end - segment.begin),
                              static_cast<Real>(function(segment.scaling)));
        }
        return buffer.onDevice();
    }

    void measure(const at::Tensor& update, std::span<UpdateNorms> norms)
    {
        std::vector<at::Tensor> lengths;
        for (const Segment& segment : m_network.segments()) {
            for (const at::Tensor& tensor : {m_network.gradientTensor(), update}) {
                const auto begin = static_cast<std::int64_t>(segment.begin);
                lengths.push_back(
                    at::norm(tensor.slice(0, begin, static_cast<std::int64_t>(segment.end)), 2, at::kDouble));
            }
        }
        const at::Tensor read = at::stack(lengths).cpu();
        const double* length = read.data_ptr<double>();
        for (UpdateNorms& norm : norms) {
            norm = {length[0], length[1]};
            length += 2;
        }
    }

    void sgd(double rate, const at::Tensor& gradient)
    {
        at::Tensor& values = m_network.valueTensor();
        at::Tensor& velocity = m_first.onDevice();
        velocity.mul_(m_settings.momentum).add_(gradient);
        if (m_decays.defined()) {
            velocity.addcmul_(m_decays, values);
        }
        values.addcmul_(velocity, m_rates, -rate);
    }

    void adam(double count, double rate, double beta1, const at::Tensor& gradient)
    {
        const double beta2 = m_settings.beta2;
        at::Tensor& values = m_network.valueTensor();
        at::Tensor& first = m_first.onDevice();
        at::Tensor& second = m_second.onDevice();
        first.mul_(beta1).add_(gradient, 1 - beta1);
        second.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        if (m_decays.defined()) {
            values.addcmul_(values, m_rates * m_decays, -rate);
        }
        const at::Tensor spread = second.sqrt().div_(std::sqrt(1 - std::pow(beta2, count))).add_(m_epsilons);
        values.addcdiv_(first * m_rates, spread, -rate / (1 - std::pow(beta1, count)));
    }

    OptimizerSettings m_settings;
    Network<Real>& m_network;
    FlatBuffer<Real> m_first;
    FlatBuffer<Real> m_second;
    at::Tensor m_rates;
    at::Tensor m_epsilons;
    at::Tensor m_gradientNorms;
    at::Tensor m_decays; ///< undefined where nothing decays
};

} // namespace

template <typename Real>
std::unique_ptr<Updater<Real>> makeUpdater(const OptimizerSettings& settings, Network<Real>& network)
{
    if (network.backend().ownKernels) {
        return std::make_unique<MemoryUpdater<Real>>(settings, network);
    }
    return std::make_unique<DeviceUpdater<Real>>(settings, network);
}

template std::unique_ptr<Updater<float>> makeUpdater(const OptimizerSettings&, Network<float>&);
template std::unique_ptr<Updater<double>> makeUpdater(const OptimizerSettings&, Network<double>&);

} // namespace widthwise::trainer
