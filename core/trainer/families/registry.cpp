// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/registry.h"

#include "core/models/readable_settings.h"
#include "core/trainer/families/gn2/gn2_family.h"
#include "core/trainer/families/mlp/mlp_family.h"
#include "core/trainer/families/mlpf/mlpf_family.h"

#include <algorithm>

namespace widthwise::trainer {

std::span<const Family* const> families()
{
    static const Gn2Family gn2;
    static const MlpFamily mlp;
    static const MlpfFamily mlpf;
    static const Family* const all[] = {&gn2, &mlp, &mlpf};
    return all;
}

const Family& familyOf(const Settings& settings)
{
    return **std::ranges::find(families(), nameOf(settings.model), &Family::name);
}

} // namespace widthwise::trainer
