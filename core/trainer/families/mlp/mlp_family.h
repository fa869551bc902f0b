// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_family.h"

namespace widthwise::trainer {

/// A perceptron on the leading tracks, to compare with.
class MlpFamily : public JetFamily {
public:
    std::string_view name() const override { return "mlp"; }
    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override;
    std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes& sizes,
                                     const ModelContext& context) const override;
};

} // namespace widthwise::trainer
