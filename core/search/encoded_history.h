// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/history.h"
#include "core/search/unit_space.h"

#include <vector>

namespace widthwise {

/// The points of a history's configurations. Those of the history before are kept where they stand.
class EncodedHistory {
public:
    /// By trial; valid until the next call.
    const std::vector<std::vector<double>>& of(const History& history, const UnitSpace& space)
    {
        m_configurations.resize(history.size());
        m_points.resize(history.size());
        for (std::size_t i = 0; i < history.size(); ++i)
            if (m_points[i].empty() || m_configurations[i] != history[i].configuration) {
                m_configurations[i] = history[i].configuration;
                m_points[i] = space.encode(history[i].configuration);
            }
        return m_points;
    }

    const std::vector<std::vector<double>>& points() const { return m_points; }

private:
    std::vector<Configuration> m_configurations;
    std::vector<std::vector<double>> m_points;
};

} // namespace widthwise
