// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/family_facts.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

/// What is known of all families of models (family_list.def).
std::span<const FamilyFacts* const> familyFacts();

/// Of the one that the setting `model` names.
const FamilyFacts& factsOf(const Settings& settings);

/// The groups of settings that any family has, each once.
std::vector<const SettingsGroup*> settingsGroups();

// Each family's folder defines its own.
#define WIDTHWISE_FAMILY(name) const FamilyFacts& name##Facts();
#include "core/models/family_list.def"
#undef WIDTHWISE_FAMILY

} // namespace widthwise::trainer
