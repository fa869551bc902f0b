// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_facts.h"

#include "core/trainer/families/jets/jet_settings.h"

namespace widthwise::trainer {

std::vector<const SettingsGroup*> JetFacts::settings() const
{
    const SettingsGroup* own = ownSettings();
    return own != nullptr ? std::vector{own, &jetSettingsGroup()} : std::vector{&jetSettingsGroup()};
}

DataSizes JetFacts::usualSizes(const Settings& settings) const
{
    constexpr std::int64_t flavours = 4;
    const auto named = std::ssize(settings.of<JetSettings>().classes);
    return {{classesSize, named > 0 ? named : flavours}};
}

std::int64_t JetFacts::samples(const Settings& settings) const
{
    return settings.of<JetSettings>().jets;
}

/// As JetBatch holds it.
double JetFacts::bytes(const Settings& settings, double tokens) const
{
    const JetTasks learnt = tasks(settings);
    constexpr double ofJet = sizeof(std::int64_t) + sizeof(std::int64_t); // offset and label
    double ofTrack = static_cast<double>(settings.of<JetSettings>().inputs()) * sizeof(float);
    if (learnt.origins || learnt.vertices) { // pairs weigh by their origins
        ofTrack += sizeof(std::int64_t);
    }
    if (learnt.vertices) {
        ofTrack += sizeof(std::int32_t);
    }
    return ofJet + tokens * ofTrack;
}

} // namespace widthwise::trainer
