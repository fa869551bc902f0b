// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/compound_dataset.h"

#include <cstddef>
#include <vector>

namespace widthwise::trainer {

/// Reads rows of a dataset in order. Chunks that are stored as they are, or by lzf or gzip alone, are read
/// whole and decoded here; that spares HDF5's copies, and gzip is decoded by libdeflate, which is faster than
/// zlib. All else is left to HDF5.
class RowReader {
public:
    explicit RowReader(const CompoundDataset& dataset) : m_dataset(dataset) {}

    /// The rows `first` … `first + count`, [count, columns] compounds, until the next call. Quick where they
    /// lie in one chunk. Throws InputError.
    const std::byte* read(std::size_t first, std::size_t count);

private:
    bool enterChunk(std::size_t first, std::size_t count);

    const CompoundDataset& m_dataset;
    std::vector<std::byte> m_stored;
    std::vector<std::byte> m_rows;
    std::size_t m_chunk = SIZE_MAX; ///< whose rows are in `m_rows`
};

} // namespace widthwise::trainer
