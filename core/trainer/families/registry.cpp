// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/registry.h"

#include <algorithm>

namespace widthwise::trainer {

std::span<const Family* const> families()
{
    static const Family* const all[] = {
#define WIDTHWISE_FAMILY(name) &name##Family(),
#include "core/models/family_list.def"
#undef WIDTHWISE_FAMILY
    };
    return all;
}

const Family& familyOf(const Settings& settings)
{
    const auto name = [](const Family* family) { return family->facts().name(); };
    return **std::ranges::find(families(), settings.model, name);
}

} // namespace widthwise::trainer
