// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/history.h"
#include "core/search/unit_space.h"

#include <vector>

namespace widthwise {

/// The points of what there is to learn from a history. Those of the history before are kept where they
/// stand.
class EncodedHistory {
public:
    /// By the place of the lesson; valid until the next call.
    const std::vector<std::vector<double>>& of(const History& history, const UnitSpace& space)
    {
        m_configurations.resize(history.lessons());
        m_points.resize(history.lessons());
        for (std::size_t i = 0; i < history.lessons(); ++i)
            if (const Configuration& configuration = history.lesson(i).configuration;
                m_points[i].empty() || m_configurations[i] != configuration) {
                m_configurations[i] = configuration;
                m_points[i] = space.encode(configuration);
            }
        return m_points;
    }

    const std::vector<std::vector<double>>& points() const { return m_points; }

private:
    std::vector<Configuration> m_configurations;
    std::vector<std::vector<double>> m_points;
};

} // namespace widthwise
