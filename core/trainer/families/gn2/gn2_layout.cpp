// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/gn2/gn2_layout.h"

#include "core/models/jet_layout.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"

namespace widthwise::trainer {

namespace {

/// Of what the register goes through, too.
Uses tokensOf(const Gn2Shape& shape)
{
    return {shape.registerToken ? 1 : 0, 1, 0};
}

void addEncoderLayer(ParameterLayout& layout, const std::string& name, const Gn2Shape& shape)
{
    const Uses tokens = tokensOf(shape);
    const auto grown = [&](std::int64_t factor) {
        return Dimension{factor * shape.width, factor * shape.baseWidth, true};
    };
    layout.norm(name + ".attention.norm", grown(1));
    layout.linearWithZeroRows(name + ".attention.qkv", grown(1), grown(3), tokens,
                              shape.zeroQuery ? shape.width : 0);
    layout.linear(name + ".attention.out", grown(1), grown(1), tokens);
    layout.norm(name + ".feedforward.norm", grown(1));
    layout.linear(name + ".feedforward.0", grown(1), grown(2), tokens);
    layout.linear(name + ".feedforward.1", grown(2), grown(1), tokens);
}

} // namespace

std::vector<ParameterSpec> gn2Parameters(const Gn2Shape& shape)
{
    const Dimension width{shape.width, shape.baseWidth, true};
    ParameterLayout layout;
    layout.linear("initial.0", fixed(shape.inputs), fixed(shape.initialWidth), perToken);
    layout.linear("initial.1", fixed(shape.initialWidth), width, perToken);
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
    layout.readout("encoder.readout", width, fixed(shape.outputWidth), tokensOf(shape), shape.zeroReadout);
    if (shape.normAfterReadout) {
        layout.norm("encoder.norm", fixed(shape.outputWidth));
    }
    layout.linear("pool.gate", fixed(shape.outputWidth), fixed(1), tokensOf(shape));
    layout.head("jets", shape.outputWidth, {perSample}, shape.headWidths, shape.classes, perSample);
    if (shape.origins > 0) {
        layout.head("origin", shape.outputWidth, {perToken, perSample}, shape.headWidths, shape.origins,
                    perToken);
    }
    if (shape.vertexing) {
        layout.head("vertex", shape.outputWidth, {perToken, perToken, perSample}, shape.headWidths, 1,
                    perPair);
    }
    return layout.take();
}

Gn2Shape gn2Shape(const Settings& settings, std::int64_t classes)
{
    const auto& own = settings.of<Gn2Settings>();
    Gn2Shape shape;
    shape.inputs = settings.of<JetSettings>().inputs();
    shape.width = settings.width;
    shape.baseWidth = settings.baseWidth;
    shape.layers = settings.layers;
    shape.classes = classes;
    shape.origins = own.originTask ? originCount : 0;
    shape.vertexing = own.vertexTask;
    shape.zeroReadout = settings.zeroReadout;
    shape.zeroQuery = own.zeroQuery;
    shape.registerToken = own.registerToken;
    shape.normAfterReadout = own.normAfterReadout;
    return shape;
}

std::string gn2LogitsOf(std::int64_t layer)
{
    return "encoder." + std::to_string(layer) + ".attention.logits";
}

} // namespace widthwise::trainer
