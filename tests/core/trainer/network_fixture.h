// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/families.h"
#include "core/trainer/data/random_stream.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/families/deepsets/deepsets_settings.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_tasks.h"
#include "core/trainer/families/mlp/mlp_settings.h"
#include "core/trainer/families/registry.h"

// Small networks and a batch that more than one test needs.

namespace widthwise::trainer {

inline constexpr std::int64_t inputs = 6;
inline constexpr std::int64_t classes = 3;

inline Settings small(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings;
    settings.of<JetSettings>().jetVariables.clear();
    settings.of<JetSettings>().trackVariables.assign(inputs, "input");
    settings.width = width;
    settings.baseWidth = 16;
    settings.of<Gn2Settings>().heads = 4;
    settings.layers = 2;
    settings.parametrization = parametrization;
    return settings;
}

inline Settings allTasks(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings = small(width, parametrization);
    settings.of<Gn2Settings>().originTask = true;
    settings.of<Gn2Settings>().vertexTask = true;
    settings.of<JetSettings>().originWeights = {1, 2, 3, 4, 5, 6, 7, 8};
    return settings;
}

/// GN2 as salt has it today.
inline Settings withRegister(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings = allTasks(width, parametrization);
    settings.of<Gn2Settings>().registerToken = true;
    settings.of<Gn2Settings>().normAfterReadout = true;
    return settings;
}

inline Settings perceptron(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings = small(width, parametrization);
    settings.model = "mlp";
    settings.layers = 3;
    settings.of<MlpSettings>().mlpTracks = 3;
    settings.of<MlpSettings>().activation = "tanh";
    return settings;
}

inline DataSizes sizesOf(std::int64_t flavours)
{
    return {{classesSize, flavours}};
}

inline std::vector<ParameterSpec> networkParameters(const Settings& settings, std::int64_t flavours)
{
    return factsOf(settings).parameters(settings, sizesOf(flavours));
}

/// The network of a family of jets.
template <typename Real>
class JetNetwork : public Network<Real> {
public:
    JetNetwork(const Settings& settings, std::int64_t flavours, const Backend& backend = {})
        : Network<Real>(familyOf(settings), settings, sizesOf(flavours), backend)
    {
    }

    /// Of the jets, [jets, classes], before the softmax.
    std::vector<Real> logits(const Batch& batch)
    {
        return std::get<std::vector<Real>>(this->outputs(batch).front());
    }
};

inline Settings deepSets(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings = small(width, parametrization);
    settings.model = "deepsets";
    settings.of<DeepSetsSettings>().jetLayers = 2;
    return settings;
}

/// Jets with 0 to 6 tracks of normal inputs.
inline JetBatch randomBatch()
{
    RandomStream random(7, 7);
    JetBatch batch;
    batch.offsets = {0};
    for (std::int64_t jet = 0; jet < 14; ++jet) {
        batch.offsets.push_back(batch.offsets.back() + jet % 7);
        batch.labels.push_back(jet % classes);
    }
    batch.tokens.resize(static_cast<std::size_t>(batch.offsets.back() * inputs));
    for (std::int64_t track = 0; track < batch.offsets.back(); ++track) {
        batch.origins.push_back(track % 9 - 1);
        batch.vertices.push_back(static_cast<std::int32_t>(track * track % 4) - 1);
    }
    for (float& value : batch.tokens) {
        value = static_cast<float>(random.normal());
    }
    return batch;
}

} // namespace widthwise::trainer
