// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/list_search.h"

#include <memory>

namespace widthwise {

/// Configurations that somebody has chosen come first, in their order; then an algorithm goes on, which
/// learns from them as from its own.
class EnqueuedSearch final : public SearchAlgorithm {
public:
    EnqueuedSearch(ListSearch first, std::unique_ptr<SearchAlgorithm> next)
        : m_first(std::move(first)), m_next(std::move(next))
    {
    }

    Proposal propose(const History& history) override
    {
        Proposal proposal = m_first.propose(history);
        return std::holds_alternative<Exhausted>(proposal) ? m_next->propose(history) : proposal;
    }
    bool learns() const override { return m_next->learns(); }

private:
    ListSearch m_first;
    std::unique_ptr<SearchAlgorithm> m_next;
};

} // namespace widthwise
