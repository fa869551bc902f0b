// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/block_shuffle.h"

#include "core/trainer/data/random_stream.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace widthwise::trainer {

BlockShuffle::BlockShuffle(std::vector<std::size_t> samples, std::size_t blocksPerWindow, std::uint64_t seed)
    : m_samples(std::move(samples)), m_blocksPerWindow(blocksPerWindow), m_seed(seed),
      m_size(std::reduce(m_samples.begin(), m_samples.end()))
{
}

void BlockShuffle::start(std::int64_t epoch)
{
    if (epoch == m_epoch) {
        return;
    }
    const auto number = static_cast<std::uint64_t>(epoch);
    std::vector<std::uint32_t> order(m_samples.size());
    std::iota(order.begin(), order.end(), 0U);
    if (isStreamed()) {
        order = shuffled(static_cast<std::uint32_t>(m_samples.size()), m_seed, streamOf("blocks", number));
    }
    m_windows.clear();
    std::size_t first = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % m_blocksPerWindow == 0) {
            m_windows.push_back({.blocks = {}, .first = first});
        }
        m_windows.back().blocks.push_back(order[i]);
        m_windows.back().samples += m_samples[order[i]];
        first += m_samples[order[i]];
    }
    m_epoch = epoch;
    m_order.clear();
}

BlockShuffle::Part BlockShuffle::part(std::int64_t epoch, std::size_t place, std::size_t count)
{
    start(epoch);
    const auto found = std::ranges::find_if(
        m_windows, [&](const Window& candidate) { return place < candidate.first + candidate.samples; });
    const auto index = static_cast<std::size_t>(found - m_windows.begin());
    if (m_order.empty() || m_window != index) {
        m_order = shuffled(static_cast<std::uint32_t>(found->samples), m_seed,
                           streamOf("order " + std::to_string(index), static_cast<std::uint64_t>(epoch)));
        m_window = index;
    }
    const std::size_t last = std::min(place + count, found->first + found->samples);
    return {found->blocks, std::span(m_order).subspan(place - found->first, last - place)};
}

} // namespace widthwise::trainer
