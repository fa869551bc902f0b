// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace widthwise {

/// Values in order, each with the trial that it is of. Sorted blocks of bounded length, so that neither
/// adding one nor counting those below one costs more than a small part of all.
class RankedValues {
public:
    using Entry = std::pair<double, std::size_t>; ///< value and trial

    void insert(const Entry& entry);
    /// It is there.
    void remove(const Entry& entry);

    std::size_t size() const { return m_size; }
    /// How many come before `entry`.
    std::size_t rank(const Entry& entry) const;
    /// The one with this rank, which is below size().
    const Entry& at(std::size_t rank) const;

private:
    std::size_t blockOf(const Entry& entry) const;

    std::vector<std::vector<Entry>> m_blocks; ///< none empty
    std::size_t m_size = 0;
};

} // namespace widthwise
