// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlp/mlp_layout.h"

namespace widthwise::trainer {

std::vector<ParameterSpec> mlpParameters(const MlpShape& shape)
{
    const Dimension width{shape.width, shape.baseWidth, true};
    ParameterLayout layout;
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        layout.linear("hidden." + std::to_string(layer), layer == 0 ? fixed(shape.inputs) : width, width,
                      shape.bias);
    }
    layout.readout("readout", width, fixed(shape.classes), shape.zeroReadout, shape.bias);
    return layout.take();
}

MlpShape mlpShape(const Settings& settings, std::int64_t classes)
{
    return {.inputs = settings.mlpTracks * settings.inputs(),
            .width = settings.width,
            .baseWidth = settings.baseWidth,
            .layers = settings.layers,
            .classes = classes,
            .bias = settings.bias,
            .zeroReadout = settings.zeroReadout};
}

} // namespace widthwise::trainer
