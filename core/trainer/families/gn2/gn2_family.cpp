// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/families/gn2/gn2.h"
#include "core/trainer/families/jets/jet_family.h"

namespace widthwise::trainer {

const Family& gn2Family()
{
    static const JetFamily family(gn2Facts(), makeJetModel<Gn2>);
    return family;
}

} // namespace widthwise::trainer
