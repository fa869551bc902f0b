// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/output_reader.h"

#include "core/launch/trial_directory.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::chrono::seconds notifyAgain{5};

} // namespace

OutputReader::OutputReader(const std::string& trialDirectory, int attempt)
    : m_path(trialDirectory + '/' + std::string(trial_file::output)), m_tail{attempt, 0, {}, {}}
{
}

FileRequest OutputReader::request(bool whole) const
{
    if (whole || !m_begun)
        return {m_path, -outputTailBytes, outputTailBytes};
    return {m_path, end(), outputTailBytes};
}

void OutputReader::take(const std::optional<FileSlice>& slice, bool whole, TimePoint now)
{
    if (slice && (whole || !m_begun)) {
        const std::int64_t first = std::max<std::int64_t>(0, slice->size - outputTailBytes);
        m_grown |= first != m_tail.first || slice->bytes != m_tail.bytes;
        m_tail.first = first;
        m_tail.bytes = slice->bytes;
        m_begun = true;
    } else if (slice) {
        m_begun = slice->size >= end() && slice->size <= end() + std::ssize(slice->bytes);
        if (!m_begun)
            return; // written anew, or ahead of us: the next look takes all of the end
        m_grown |= !slice->bytes.empty();
        m_tail.bytes += slice->bytes;
        const std::int64_t surplus = std::max<std::int64_t>(0, std::ssize(m_tail.bytes) - outputTailBytes);
        m_tail.bytes.erase(0, static_cast<std::size_t>(surplus));
        m_tail.first += surplus;
    }
    m_tail.read = now;
}

bool OutputReader::hasNews() const
{
    return m_grown || !m_told || m_tail.read - *m_told >= notifyAgain;
}

OutputTail OutputReader::takeNews()
{
    m_grown = false;
    m_told = m_tail.read;
    return m_tail;
}

std::int64_t OutputReader::end() const
{
    return m_tail.first + std::ssize(m_tail.bytes);
}

} // namespace widthwise
