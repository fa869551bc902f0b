// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/family_facts.h"
#include "core/trainer/families/jets/jet_tasks.h"

namespace widthwise::trainer {

/// What all families of jets have in common.
class JetFacts : public FamilyFacts {
public:
    /// The family's own, then those of all families of jets.
    std::vector<const SettingsGroup*> settings() const final;
    virtual JetTasks tasks(const Settings&) const { return {}; }

    /// Four classes where the settings name none.
    DataSizes usualSizes(const Settings& settings) const override;
    std::string_view samplesSetting() const override { return "jets"; }
    std::int64_t samples(const Settings& settings) const override;
    double bytes(const Settings& settings, double tokens) const override;
    /// Tracks of a jet of ATLAS.
    double usualTokens() const override { return 10; }

protected:
    /// Null where a family has no settings of its own.
    virtual const SettingsGroup* ownSettings() const { return nullptr; }
};

} // namespace widthwise::trainer
