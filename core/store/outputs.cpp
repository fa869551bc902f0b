// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/outputs.h"

#include "core/store/query.h"

#include <span>

namespace widthwise {

void Outputs::save(std::int64_t trial, const OutputTail& tail)
{
    Query query(m_database,
                "INSERT OR REPLACE INTO output (trial, attempt, first, bytes, read) VALUES (?, ?, ?, ?, ?)");
    query.bind(trial, tail.attempt, tail.first, std::as_bytes(std::span(tail.bytes)), tail.read).run();
}

std::optional<OutputTail> Outputs::find(std::int64_t trial)
{
    Query query(m_database, "SELECT attempt, first, bytes, read FROM output WHERE trial = ?");
    if (!query.bind(trial).next())
        return std::nullopt;
    OutputTail tail;
    std::span<const std::byte> bytes;
    query.read(tail.attempt, tail.first, bytes, tail.read);
    tail.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return tail;
}

std::optional<TimePoint> Outputs::lastRead(std::int64_t trial)
{
    Query query(m_database, "SELECT read FROM output WHERE trial = ?");
    std::optional<TimePoint> read;
    if (query.bind(trial).next())
        query.read(read);
    return read;
}

} // namespace widthwise
