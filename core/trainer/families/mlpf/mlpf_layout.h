// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/parametrization.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The sizes of the transformer of jpata/particleflow (mlpf/model/mlpf.py at 7e8a7104, August 2026, with its
/// configuration `pyg-clic-v1`). Heads get more with the width, not wider, so that the factor on query·key is
/// the same at every width.
struct MlpfShape {
    std::int64_t inputs = 17;
    std::int64_t classes = 6;
    std::int64_t types = 2; ///< of elements
    std::int64_t width = 256;
    std::int64_t baseWidth = 256;
    std::int64_t headWidth = 16;
    std::int64_t layers = 3;
    /// Start as "every particle is its element": no change of pT and direction. Ours.
    bool identityStart = false;

    std::int64_t heads() const { return width / headWidth; }
};

/// In the order of the original's `named_parameters`, each with the deviation that it starts with there;
/// where that depends on the width, so do those of vectors on the base width alone.
std::vector<ParameterSpec> mlpfParameters(const MlpfShape& shape);

/// A tensor that starts with other values than its ParameterSpec says: these, over and over.
struct StartValues {
    std::string name;
    std::vector<double> values;
};
/// The ReLU on the energy must not start closed: where it does, nothing under it ever learns.
std::vector<StartValues> mlpfStartValues(const MlpfShape& shape);

} // namespace widthwise::trainer
