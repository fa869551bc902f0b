// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/model.h"
#include "core/trainer/families/mlp/mlp_layout.h"

namespace widthwise::trainer {

/// A perceptron on a jet's leading `tracks` tracks side by side, zeros where there are fewer.
class Mlp : public Model {
public:
    Mlp(const MlpShape& shape, const ParameterMap& parameters, std::int64_t tracks, Activation activation);
    ModelOutput operator()(const ModelInput& input) const override;

private:
    at::Tensor leadingTracks(const ModelInput& input) const;

    std::int64_t m_tracks;
    Activation m_activation;
    std::vector<Linear> m_hidden;
    Linear m_readout;
};

} // namespace widthwise::trainer
