// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/lzf.h"

#include <algorithm>

namespace widthwise::trainer {

LzfResult decodeLzf(std::span<const unsigned char> input, std::span<unsigned char> output)
{
    std::size_t in = 0;
    std::size_t out = 0;
    while (in < input.size()) {
        const std::size_t control = input[in++];
        if (control < 32) {
            const std::size_t length = control + 1;
            if (in + length > input.size()) {
                return {LzfStatus::Corrupt};
            }
            if (out + length > output.size()) {
                return {LzfStatus::OutputTooSmall};
            }
            std::copy_n(&input[in], length, &output[out]);
            in += length;
            out += length;
            continue;
        }
        std::size_t length = control >> 5;
        if (in + (length == 7 ? 2 : 1) > input.size()) {
            return {LzfStatus::Corrupt};
        }
        if (length == 7) {
            length += input[in++];
        }
        length += 2;
        const std::size_t distance = ((control & 31) << 8 | input[in++]) + 1;
        if (distance > out) {
            return {LzfStatus::Corrupt};
        }
        if (out + length > output.size()) {
            return {LzfStatus::OutputTooSmall};
        }
        for (std::size_t end = out + length; out < end; ++out) { // may overlap: byte by byte
            output[out] = output[out - distance];
        }
    }
    return {LzfStatus::Decoded, out};
}

} // namespace widthwise::trainer
