// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Numbers that kernels compute with side by side. What uses them has to be always_inline: see
// instruction_set.h.

namespace widthwise::trainer {

// Sixteen single or eight double precision numbers, anywhere in memory: a register of AVX-512, two of AVX2.
using FloatLanes [[gnu::vector_size(64), gnu::aligned(4)]] = float;
using DoubleLanes [[gnu::vector_size(64), gnu::aligned(8)]] = double;
using IntegerLanes [[gnu::vector_size(64), gnu::aligned(4)]] = std::int32_t;

template <typename Real>
struct LanesOf;
template <>
struct LanesOf<float> {
    using Type = FloatLanes;
};
template <>
struct LanesOf<double> {
    using Type = DoubleLanes;
};
template <typename Real>
using Lanes = typename LanesOf<Real>::Type;
template <typename Real>
inline constexpr std::int64_t lanes = 64 / sizeof(Real);

template <typename Real>
constexpr std::int64_t padded(std::int64_t size)
{
    return (size + lanes<Real> - 1) / lanes<Real> * lanes<Real>;
}

/// exp of each, for numbers up to 0 (and not much above). Cephes' polynomial: within 2 units of the last
/// place.
[[gnu::always_inline]] inline void exponentiate(FloatLanes& x)
{
    constexpr float lowest = -87.0F;
    constexpr float rounding = 12582912.0F; // 1.5·2²³: adding it rounds to whole numbers
    const FloatLanes floor = FloatLanes{} + lowest;
    x = x < floor ? floor : x;
    const FloatLanes shifted = x * 1.44269504F + rounding;
    const FloatLanes whole = shifted - rounding;
    FloatLanes rest = x - whole * 0.693359375F;
    rest = rest + whole * 2.12194440e-4F;
    FloatLanes p = rest * 1.9875691500e-4F + 1.3981999507e-3F;
    p = p * rest + 8.3334519073e-3F;
    p = p * rest + 4.1665795894e-2F;
    p = p * rest + 1.6666665459e-1F;
    p = p * rest + 5.0000001201e-1F;
    p = p * (rest * rest) + rest + 1.0F;
    // not std::bit_cast, whose vector results are passed differently without AVX-512
    const IntegerLanes bits = __builtin_bit_cast(IntegerLanes, shifted);
    const IntegerLanes exponent = bits - std::bit_cast<std::int32_t>(rounding) + 127;
    const IntegerLanes power = exponent << 23;
    x = p * __builtin_bit_cast(FloatLanes, power);
}

[[gnu::always_inline]] inline void exponentiate(DoubleLanes& x)
{
    for (int i = 0; i < lanes<double>; ++i) {
        x[i] = std::exp(x[i]);
    }
}

template <typename Real>
[[gnu::always_inline]] inline Lanes<Real>& at(Real* place)
{
    return *reinterpret_cast<Lanes<Real>*>(place);
}
template <typename Real>
[[gnu::always_inline]] inline const Lanes<Real>& at(const Real* place)
{
    return *reinterpret_cast<const Lanes<Real>*>(place);
}

} // namespace widthwise::trainer
