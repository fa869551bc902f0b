// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <nlohmann/json_fwd.hpp>

namespace widthwise {

/// A search space as the ask/tell protocol says it to another program. Fixed values are left out, and
/// conditions on them are resolved.
class ExternalSpace {
public:
    using Json = nlohmann::ordered_json;

    explicit ExternalSpace(SearchSpace space) : m_space(std::move(space)) {}

    /// The parameters, as `init` lists them. Beyond the protocol: the `step` of a range.
    Json parameters() const;
    Json toJson(const Configuration& configuration) const;
    /// Real numbers between two steps are rounded to the nearer one. Throws std::invalid_argument for what is
    /// no configuration of the space.
    Configuration fromJson(const Json& params) const;

private:
    SearchSpace m_space;
};

} // namespace widthwise
