// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <any>
#include <list>

namespace widthwise::trainer {

/// Settings in groups, each a struct with its defaults. Which groups there are this class does not know: a
/// group is there as soon as somebody asks for it.
class SettingsGroups {
public:
    template <typename Group>
    Group& of()
    {
        for (std::any& group : m_groups) {
            if (auto* found = std::any_cast<Group>(&group)) {
                return *found;
            }
        }
        return std::any_cast<Group&>(m_groups.emplace_back(Group{}));
    }

    template <typename Group>
    const Group& of() const
    {
        for (const std::any& group : m_groups) {
            if (const auto* found = std::any_cast<Group>(&group)) {
                return *found;
            }
        }
        static const Group defaults;
        return defaults;
    }

private:
    std::list<std::any> m_groups;
};

} // namespace widthwise::trainer
