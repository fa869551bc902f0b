// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random_search.h"

#include "core/search/random.h"

namespace widthwise {

Proposal RandomSearch::ask(int trial)
{
    return m_space.build([&](const Parameter& parameter, std::size_t index) {
        return valueAt(parameter.domain, randomUniform(m_seed, static_cast<std::uint64_t>(trial), index));
    });
}

} // namespace widthwise
