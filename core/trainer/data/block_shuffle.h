// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// The order of samples that are read in blocks. Every epoch is a new order of all samples, which follows
/// from (seed, epoch) alone. Where not all blocks fit into memory, each epoch puts the blocks into a new
/// order, and as many of them as fit are read and shuffled together: a window.
class BlockShuffle {
public:
    /// `samples` of each block.
    BlockShuffle(std::vector<std::size_t> samples, std::size_t blocksPerWindow, std::uint64_t seed);

    std::size_t size() const { return m_size; } ///< samples
    bool isStreamed() const { return m_blocksPerWindow < m_samples.size(); }

    /// Some samples in a row of an epoch.
    struct Part {
        std::span<const std::size_t> blocks;    ///< that have to be in memory, one behind another
        std::span<const std::uint32_t> samples; ///< of those
    };
    /// Those from `place` on, at most `count` and as many as lie in one window. Valid until the next call.
    Part part(std::int64_t epoch, std::size_t place, std::size_t count);

private:
    struct Window {
        std::vector<std::size_t> blocks;
        std::size_t first = 0; ///< of the epoch's samples
        std::size_t samples = 0;
    };

    void start(std::int64_t epoch);

    std::vector<std::size_t> m_samples;
    std::size_t m_blocksPerWindow;
    std::uint64_t m_seed;
    std::size_t m_size = 0;
    std::int64_t m_epoch = -1;
    std::vector<Window> m_windows;
    std::size_t m_window = 0;           ///< whose order is in `m_order`
    std::vector<std::uint32_t> m_order; ///< of the window's samples; empty: of none
};

} // namespace widthwise::trainer
