// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random_search.h"

#include "core/search/random.h"

namespace widthwise {

Proposal RandomSearch::propose(const History& history)
{
    const std::uint64_t trial = history.proposals();
    return m_space.build([&](const Parameter& parameter, std::size_t index) {
        return valueAt(parameter.domain, randomUniform(m_seed, trial, index));
    });
}

} // namespace widthwise
