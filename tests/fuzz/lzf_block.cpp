// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/lzf.h"

#include "tests/fuzz/targets.h"

#include <vector>

namespace widthwise::fuzz {

namespace {

using Bytes = std::vector<unsigned char>;
using trainer::LzfResult;
using trainer::LzfStatus;

/// The format, byte by byte.
LzfResult decodePlainly(std::span<const unsigned char> input, Bytes& output)
{
    std::size_t out = 0;
    for (std::size_t in = 0; in < input.size();) {
        const unsigned control = input[in++];
        const bool literal = control < 32;
        std::size_t length = literal ? control + 1 : control >> 5;
        const std::size_t more = literal ? length : length == 7 ? 2 : 1;
        if (in + more > input.size())
            return {LzfStatus::Corrupt};
        if (!literal)
            length += 2 + (length == 7 ? input[in++] : 0);
        const std::size_t distance = literal ? 0 : ((control & 31) << 8) + input[in++] + 1;
        if (distance > out)
            return {LzfStatus::Corrupt};
        if (out + length > output.size())
            return {LzfStatus::OutputTooSmall};
        for (; length > 0; --length, ++out)
            output[out] = literal ? input[in++] : output[out - distance];
    }
    return {LzfStatus::Decoded, out};
}

} // namespace

void lzfBlock(std::string_view sizeAndBlock)
{
    const std::vector<unsigned char> bytes(sizeAndBlock.begin(), sizeAndBlock.end());
    if (bytes.size() < 2)
        return;
    const std::size_t room = (bytes[0] | bytes[1] << 8) & 0x3FF;
    const std::vector<unsigned char> block(bytes.begin() + 2, bytes.end()); // ends where the memory ends
    Bytes output(room), plain(room);
    const LzfResult result = trainer::decodeLzf(block, output);
    const LzfResult wanted = decodePlainly(block, plain);
    expect(result.status == wanted.status && result.size == wanted.size, "the block is told for what it is");
    if (result.status == LzfStatus::Decoded) {
        output.resize(result.size); // beyond it whole words may have been written
        plain.resize(result.size);
        expect(output == plain, "every byte is decoded as the format says");
    }
}

} // namespace widthwise::fuzz
