// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_model.h"

#include <vector>

namespace widthwise::trainer {

/// A perceptron on a jet's leading `tracks` tracks side by side, zeros where there are fewer.
class Mlp : public JetModel {
public:
    Mlp(const Settings& settings, const DataSizes& sizes, const ModelContext& context);
    JetOutput operator()(const JetInput& input) const override;

private:
    at::Tensor leadingTracks(const JetInput& input) const;

    std::int64_t m_tracks;
    bool m_relu; ///< else tanh
    std::vector<Linear> m_hidden;
    Linear m_readout;
};

} // namespace widthwise::trainer
