// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/head_kernel.h"

#include "core/trainer/compute/instruction_set.h"
#include "core/trainer/compute/vector_lanes.h"

#include <vector>

namespace widthwise::trainer {

namespace {

constexpr double normEpsilon = 1e-5;

template <typename Real>
[[gnu::always_inline]] inline Real sumOf(const Lanes<Real>& x)
{
    Real sum = 0;
    for (std::int64_t i = 0; i < lanes<Real>; ++i) {
        sum += x[i];
    }
    return sum;
}

/// `to` = (ELU(x) − mean)/deviation. Gives 1/deviation.
template <typename Real>
[[gnu::always_inline]] inline Real normalize(const Real* x, std::int64_t width, Real* to)
{
    Lanes<Real> sums = {};
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        const Lanes<Real> value = at(x + k);
        const Lanes<Real> zero = {};
        Lanes<Real> below = value < zero ? value : zero;
        exponentiate(below);
        const Lanes<Real> elu = value > zero ? value : below - Real{1};
        at(to + k) = elu;
        sums += elu;
    }
    const Real mean = sumOf<Real>(sums) / static_cast<Real>(width);
    Lanes<Real> squares = {};
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        const Lanes<Real> away = at(to + k) - mean;
        squares += away * away;
    }
    const Real variance = sumOf<Real>(squares) / static_cast<Real>(width);
    const Real inverse = 1 / std::sqrt(variance + static_cast<Real>(normEpsilon));
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        at(to + k) = (at(to + k) - mean) * inverse;
    }
    return inverse;
}

template <typename Real>
[[gnu::always_inline]] inline void forward(const HeadOperands<Real>& head, Real* y, Real* row)
{
    const auto multiplier = static_cast<Real>(head.multiplier);
    for (std::int64_t i = 0; i < head.rows; ++i) {
        normalize(head.x + i * head.width, head.width, row);
        for (std::int64_t k = 0; k < head.width; k += lanes<Real>) {
            at(row + k) = at(row + k) * at(head.gain + k) + at(head.bias + k);
        }
        for (std::int64_t o = 0; o < head.outputs; ++o) {
            Lanes<Real> sums = {};
            for (std::int64_t k = 0; k < head.width; k += lanes<Real>) {
                sums += at(row + k) * at(head.weight + o * head.width + k);
            }
            y[i * head.outputs + o] = multiplier * sumOf<Real>(sums) + head.last[o];
        }
    }
}

/// With n = norm(e), e = ELU(x), z = g·n + b, y = W z + c: dz = Wᵀ dy, dn = g·dz,
/// de = (dn − mean(dn) − n·mean(dn·n))/deviation, dx = de·min(1, e + 1).
template <typename Real>
[[gnu::always_inline]] inline void backwardRow(const HeadOperands<Real>& head, std::int64_t i,
                                               const Real* upstream, const HeadGradients<Real>& to, Real* row,
                                               Real* slopes)
{
    const std::int64_t width = head.width;
    const Real inverse = normalize(head.x + i * width, width, row);
    const auto multiplier = static_cast<Real>(head.multiplier);
    Lanes<Real> sums = {};
    Lanes<Real> products = {};
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        const Lanes<Real> n = at(row + k);
        const Lanes<Real> z = n * at(head.gain + k) + at(head.bias + k);
        Lanes<Real> slope = {};
        for (std::int64_t o = 0; o < head.outputs; ++o) {
            const Real dy = multiplier * upstream[o];
            slope += dy * at(head.weight + o * width + k);
            at(to.weight + o * width + k) += dy * z;
        }
        at(to.bias + k) += slope;
        at(to.gain + k) += slope * n;
        slope *= at(head.gain + k);
        at(slopes + k) = slope;
        sums += slope;
        products += slope * n;
    }
    const Real mean = sumOf<Real>(sums) / static_cast<Real>(width);
    const Real along = sumOf<Real>(products) / static_cast<Real>(width);
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        const Lanes<Real> x = at(head.x + i * width + k);
        const Lanes<Real> zero = {};
        Lanes<Real> derivative = x < zero ? x : zero;
        exponentiate(derivative);
        at(to.x + i * width + k) = inverse * (at(slopes + k) - mean - at(row + k) * along) * derivative;
    }
    for (std::int64_t o = 0; o < head.outputs; ++o) {
        to.last[o] += upstream[o];
    }
}

template <typename Real>
[[gnu::always_inline]] inline void backward(const HeadOperands<Real>& head, const Real* upstream,
                                            const HeadGradients<Real>& to, Real* row, Real* slopes)
{
    for (std::int64_t i = 0; i < head.rows; ++i) {
        backwardRow(head, i, upstream + i * head.outputs, to, row, slopes);
    }
}

} // namespace

template <typename Real>
void headForward(const HeadOperands<Real>& head, Real* y)
{
    std::vector<Real> row(static_cast<std::size_t>(head.width));
    dispatch<forward<Real>>(head, y, row.data());
}

template <typename Real>
void headBackward(const HeadOperands<Real>& head, const Real* upstream, const HeadGradients<Real>& gradients)
{
    std::vector<Real> row(static_cast<std::size_t>(2 * head.width));
    dispatch<backward<Real>>(head, upstream, gradients, row.data(), row.data() + head.width);
}

template void headForward(const HeadOperands<float>&, float*);
template void headForward(const HeadOperands<double>&, double*);
template void headBackward(const HeadOperands<float>&, const float*, const HeadGradients<float>&);
template void headBackward(const HeadOperands<double>&, const double*, const HeadGradients<double>&);

} // namespace widthwise::trainer
