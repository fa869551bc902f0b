// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace widthwise::trainer {

enum class LzfStatus { Decoded, OutputTooSmall, Corrupt };

struct LzfResult {
    LzfStatus status;
    std::size_t size = 0; ///< bytes written
};

/// Decodes one block of the LZF stream format (a control byte below 32: that many + 1 literal bytes;
/// otherwise a back reference of 3 + 13 bits with its length in the top three, extended by a byte where they
/// are all set).
LzfResult decodeLzf(std::span<const unsigned char> input, std::span<unsigned char> output);

} // namespace widthwise::trainer
