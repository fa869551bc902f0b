// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_family.h"

namespace widthwise::trainer {

/// ATLAS's flavour-tagging transformer.
class Gn2Family : public JetFamily {
public:
    std::string_view name() const override { return "gn2"; }
    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override;
    std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes& sizes,
                                     const ModelContext& context) const override;
    std::optional<double> attentionFactor(const Settings& settings) const override;

protected:
    JetTasks tasks(const Settings& settings) const override;
};

} // namespace widthwise::trainer
