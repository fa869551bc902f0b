// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/gn2/gn2_layout.h"

#include "core/models/jet_layout.h"

namespace widthwise::trainer {

namespace {

void addEncoderLayer(ParameterLayout& layout, const std::string& name, const Gn2Shape& shape)
{
    const auto grown = [&](std::int64_t factor) {
        return Dimension{factor * shape.width, factor * shape.baseWidth, true};
    };
    layout.norm(name + ".attention.norm", grown(1));
    layout.linearWithZeroRows(name + ".attention.qkv", grown(1), grown(3), shape.zeroQuery ? shape.width : 0);
    layout.linear(name + ".attention.out", grown(1), grown(1));
    layout.norm(name + ".feedforward.norm", grown(1));
    layout.linear(name + ".feedforward.0", grown(1), grown(2));
    layout.linear(name + ".feedforward.1", grown(2), grown(1));
}

} // namespace

std::vector<ParameterSpec> gn2Parameters(const Gn2Shape& shape)
{
    const Dimension width{shape.width, shape.baseWidth, true};
    ParameterLayout layout;
    layout.linear("initial.0", fixed(shape.inputs), fixed(shape.initialWidth));
    layout.linear("initial.1", fixed(shape.initialWidth), width);
    if (shape.registerToken) {
        constexpr double deviation = 1e-4; // salt/models/transformer.py at 68bd045
        layout.token("encoder.register", width, deviation);
    }
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        addEncoderLayer(layout, "encoder." + std::to_string(layer), shape);
    }
    if (!shape.normAfterReadout) {
        layout.norm("encoder.norm", width);
    }
    layout.readout("encoder.readout", width, fixed(shape.outputWidth), shape.zeroReadout);
    if (shape.normAfterReadout) {
        layout.norm("encoder.norm", fixed(shape.outputWidth));
    }
    layout.linear("pool.gate", fixed(shape.outputWidth), fixed(1));
    layout.head("jets", shape.outputWidth, shape.headWidths, shape.classes);
    if (shape.origins > 0) {
        layout.head("origin", 2 * shape.outputWidth, shape.headWidths, shape.origins);
    }
    if (shape.vertexing) {
        layout.head("vertex", 3 * shape.outputWidth, shape.headWidths, 1);
    }
    return layout.take();
}

Gn2Shape gn2Shape(const Settings& settings, std::int64_t classes)
{
    Gn2Shape shape;
    shape.inputs = settings.inputs();
    shape.width = settings.width;
    shape.baseWidth = settings.baseWidth;
    shape.layers = settings.layers;
    shape.classes = classes;
    shape.origins = settings.originTask ? originCount : 0;
    shape.vertexing = settings.vertexTask;
    shape.zeroReadout = settings.zeroReadout;
    shape.zeroQuery = settings.zeroQuery;
    shape.registerToken = settings.registerToken;
    shape.normAfterReadout = settings.normAfterReadout;
    return shape;
}

JetTasks gn2Tasks(const Settings& settings)
{
    JetTasks tasks;
    if (settings.originTask) {
        tasks.origins = settings.originLossWeight;
    }
    if (settings.vertexTask) {
        tasks.vertices = settings.vertexLossWeight;
    }
    return tasks;
}

double gn2AttentionFactor(const Settings& settings)
{
    return attentionScale(settings.parametrization, settings.widthOfHead(), settings.baseWidthOfHead(),
                          settings.ablate);
}

} // namespace widthwise::trainer
