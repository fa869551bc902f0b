// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"

#include <algorithm>

namespace widthwise::trainer {

std::span<const FamilyFacts* const> familyFacts()
{
    static const FamilyFacts* const all[] = {
#define WIDTHWISE_FAMILY(name) &name##Facts(),
#include "core/models/family_list.def"
#undef WIDTHWISE_FAMILY
    };
    return all;
}

const FamilyFacts& factsOf(const Settings& settings)
{
    return **std::ranges::find(familyFacts(), settings.model, &FamilyFacts::name);
}

std::vector<const SettingsGroup*> settingsGroups()
{
    std::vector<const SettingsGroup*> groups;
    for (const FamilyFacts* family : familyFacts()) {
        for (const SettingsGroup* group : family->settings()) {
            if (std::ranges::find(groups, group) == groups.end()) {
                groups.push_back(group);
            }
        }
    }
    return groups;
}

} // namespace widthwise::trainer
