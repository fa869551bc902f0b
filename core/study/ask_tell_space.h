// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <vector>

namespace widthwise {

/// The space of an ask/tell client. Its choices may be any JSON values; in the search space they are counted
/// from 0, so that they go back as they came.
class AskTellSpace {
public:
    using Json = nlohmann::ordered_json;

    AskTellSpace();
    ~AskTellSpace();
    AskTellSpace(AskTellSpace&&) noexcept;
    AskTellSpace& operator=(AskTellSpace&&) noexcept;
    /// Throws std::invalid_argument naming the parameter, as in "space[2].high: expected a number".
    explicit AskTellSpace(const Json& parameters);

    const SearchSpace& space() const { return m_space; }

    Json toJson(const Configuration& configuration) const;
    /// Throws std::invalid_argument for what is no configuration of the space; `place` says where it stands.
    Configuration fromJson(const Json& params, const std::string& place) const;

private:
    Parameter parameterOf(const Json& json, const std::string& place);
    Domain domainOf(const Json& json, const std::string& name, const std::string& place);
    Condition conditionOf(const Json& when, const std::string& place) const;
    /// The value of the parameter that `json` means; throws std::invalid_argument where it is none.
    Value valueOf(const Parameter& parameter, const Json& json, const std::string& place) const;

    std::vector<Parameter> m_known; ///< while the space is read
    SearchSpace m_space;
    std::map<std::string, std::vector<Json>, std::less<>> m_choices;
};

} // namespace widthwise
