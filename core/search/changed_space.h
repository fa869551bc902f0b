// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace widthwise {

/// Whether a configuration has a value that the space does not have, because its bounds were narrowed or a
/// choice was taken out of it. Values of parameters that the space does not have do not count.
bool liesOutside(const SearchSpace& space, const Configuration& configuration);

/// Searches a space that may have been changed since trials of it began. What lies outside says nothing of
/// what is inside: it has no place there, and to move it to the nearest bound would say something that is not
/// known. So an algorithm sees such a trial as one that never ran, with a configuration that there is. All
/// others have their values' places in the space as it is now, and are learned from as ever. In schedulers,
/// and as the best, they count in any case.
class ChangedSpace final : public SearchAlgorithm {
public:
    ChangedSpace(SearchSpace space, std::unique_ptr<SearchAlgorithm> inside)
        : m_space(std::move(space)), m_inside(std::move(inside))
    {
    }

    Proposal propose(const History& history) override;
    bool learns() const override { return m_inside->learns(); }

private:
    const History& seen(const History& history);

    SearchSpace m_space;
    std::unique_ptr<SearchAlgorithm> m_inside;
    std::vector<bool> m_outside; ///< by trial
    bool m_any = false;
    History m_seen; ///< the history as the algorithm is to see it; empty as long as nothing lies outside
};

} // namespace widthwise
