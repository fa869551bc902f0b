// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/lzf.h"

#include <cstring>

namespace widthwise::trainer {

namespace {

constexpr std::size_t word = 8;
constexpr std::size_t longestLiteral = 32;

/// Writes `length` bytes: those from `distance` before `to` on, again and again where they overlap. With
/// `room` bytes to write to, whole words are quicker, which may write beyond the end.
void repeat(unsigned char* to, std::size_t distance, std::size_t length, std::size_t room)
{
    const unsigned char* from = to - distance;
    if (distance == 1) {
        std::memset(to, *from, length);
    } else if (distance >= word && length + word <= room) {
        for (std::size_t done = 0; done < length; done += word) {
            std::memcpy(to + done, from + done, word);
        }
    } else {
        for (std::size_t done = 0; done < length; ++done) {
            to[done] = from[done];
        }
    }
}

} // namespace

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
            const bool hasRoom = in + longestLiteral <= input.size() && out + longestLiteral <= output.size();
            if (hasRoom) {
                std::memcpy(&output[out], &input[in], longestLiteral); // of a known length: no call
            } else {
                std::memcpy(&output[out], &input[in], length);
            }
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
        repeat(&output[out], distance, length, output.size() - out);
        out += length;
    }
    return {LzfStatus::Decoded, out};
}

} // namespace widthwise::trainer
