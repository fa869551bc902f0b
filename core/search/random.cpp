// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random.h"

namespace widthwise {

PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key)
{
    constexpr std::uint64_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product0 = multiplier0 * counter[0];
        const std::uint64_t product1 = multiplier1 * counter[2];
        counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(product1),
                   static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(product0)};
        key[0] += weyl0;
        key[1] += weyl1;
    }
    return counter;
}

std::uint64_t randomBits(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter)
{
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
    const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
    const PhiloxBlock block =
        philox({low(counter), high(counter), low(stream), high(stream)}, {low(seed), high(seed)});
    return block[0] | static_cast<std::uint64_t>(block[1]) << 32;
}

double randomUniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter)
{
    return static_cast<double>(randomBits(seed, stream, counter) >> 11) * 0x1p-53;
}

} // namespace widthwise
