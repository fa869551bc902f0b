// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/row_reader.h"

namespace widthwise::trainer {

const std::byte* RowReader::read(std::size_t first, std::size_t count)
{
    if (enterChunk(first, count)) {
        const std::size_t row = first - m_chunk * m_dataset.chunkRows();
        return &m_rows[row * m_dataset.columns() * m_dataset.stride()];
    }
    m_chunk = SIZE_MAX;
    m_dataset.read(first, count, m_rows);
    return m_rows.data();
}

bool RowReader::enterChunk(std::size_t first, std::size_t count)
{
    const std::size_t chunk = first / m_dataset.chunkRows();
    if (chunk != (first + count - 1) / m_dataset.chunkRows()) {
        return false;
    }
    if (chunk != m_chunk && m_dataset.readChunk(chunk, m_stored, m_rows)) {
        m_chunk = chunk;
    }
    return chunk == m_chunk;
}

} // namespace widthwise::trainer
