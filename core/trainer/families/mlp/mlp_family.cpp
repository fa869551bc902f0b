// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/families/jets/jet_family.h"
#include "core/trainer/families/mlp/mlp.h"

namespace widthwise::trainer {

const Family& mlpFamily()
{
    static const JetFamily family(mlpFacts(), makeJetModel<Mlp>);
    return family;
}

} // namespace widthwise::trainer
