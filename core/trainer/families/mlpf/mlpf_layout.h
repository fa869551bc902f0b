// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/parametrization.h"
#include "core/models/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Of every head, at every width.
inline constexpr std::int64_t mlpfHeadWidth = 16;

/// The sizes of the transformer of jpata/particleflow (mlpf/model/mlpf.py at 7e8a7104, August 2026, with its
/// configuration `pyg-clic-v1`). Heads get more with the width, not wider, so that the factor on query·key is
/// the same at every width.
struct MlpfShape {
    std::int64_t inputs = 17;
    std::int64_t classes = 6;
    std::int64_t types = 2; ///< of elements
    std::int64_t width = 256;
    std::int64_t baseWidth = 256;
    std::int64_t headWidth = mlpfHeadWidth;
    std::int64_t layers = 3;
    /// Start as "every particle is its element": no change of pT and direction. Ours.
    bool identityStart = false;
    bool zeroReadout = false; ///< last layers start at zero, but those of the energy, which would never move

    std::int64_t heads() const { return width / headWidth; }
};

MlpfShape mlpfShape(const Settings& settings);

/// As what the layer `name` records of query·key is called.
std::string mlpfLogitsOf(const std::string& name);

/// In the order of the original's `named_parameters`, each with the deviation that it starts with there;
/// where that depends on the width, those of vectors depend on the base width. The ReLU on the energy begins
/// open: closed, nothing under it would ever learn.
std::vector<ParameterSpec> mlpfParameters(const MlpfShape& shape);

} // namespace widthwise::trainer
