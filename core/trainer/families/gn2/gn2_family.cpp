// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/gn2/gn2_family.h"

#include "core/trainer/families/gn2/gn2.h"
#include "core/trainer/families/gn2/gn2_layout.h"

namespace widthwise::trainer {

std::vector<ParameterSpec> Gn2Family::parameters(const Settings& settings, const DataSizes& sizes) const
{
    return gn2Parameters(gn2Shape(settings, sizes.at(classesSize)));
}

std::unique_ptr<Model> Gn2Family::makeModel(const Settings& settings, const DataSizes& sizes,
                                            const ModelContext& context) const
{
    return std::make_unique<Gn2>(settings, sizes, context);
}

std::optional<double> Gn2Family::attentionFactor(const Settings& settings) const
{
    return gn2AttentionFactor(settings);
}

JetTasks Gn2Family::tasks(const Settings& settings) const
{
    return gn2Tasks(settings);
}

} // namespace widthwise::trainer
