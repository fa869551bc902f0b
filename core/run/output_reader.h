// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/store/outputs.h"

#include <optional>
#include <string>

namespace widthwise {

/// Follows the end of what one attempt of a trial prints.
class OutputReader {
public:
    OutputReader(const std::string& trialDirectory, int attempt);

    int attempt() const { return m_tail.attempt; }
    /// What to read next: what came since, or with `whole` all of the end.
    FileRequest request(bool whole) const;
    /// Takes the answer, with the same `whole`.
    void take(const std::optional<FileSlice>& slice, bool whole, TimePoint now);

    /// True where the store should be told: there is more, or it is a while since it was told that there is
    /// not.
    bool hasNews() const;
    OutputTail takeNews();

private:
    std::int64_t end() const;

    std::string m_path;
    OutputTail m_tail;
    bool m_begun = false; ///< `m_tail` is of this file
    bool m_grown = false;
    std::optional<TimePoint> m_told;
};

} // namespace widthwise
