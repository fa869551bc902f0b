// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlp/mlp_family.h"

#include "core/trainer/families/mlp/mlp.h"
#include "core/trainer/families/mlp/mlp_layout.h"

namespace widthwise::trainer {

std::vector<ParameterSpec> MlpFamily::parameters(const Settings& settings, const DataSizes& sizes) const
{
    return mlpParameters(mlpShape(settings, sizes.at(classesSize)));
}

std::unique_ptr<Model> MlpFamily::makeModel(const Settings& settings, const DataSizes& sizes,
                                            const ModelContext& context) const
{
    return std::make_unique<Mlp>(settings, sizes, context);
}

} // namespace widthwise::trainer
