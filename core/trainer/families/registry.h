// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"

#include <span>

namespace widthwise::trainer {

/// Those of core/models/family_list.def. The folder of family NAME defines `const Family& NAMEFamily()`, and
/// `const FamilyFacts& NAMEFacts()` for core/models.
std::span<const Family* const> families();

/// The one that the setting `model` names.
const Family& familyOf(const Settings& settings);

#define WIDTHWISE_FAMILY(name) const Family& name##Family();
#include "core/models/family_list.def"
#undef WIDTHWISE_FAMILY

} // namespace widthwise::trainer
