// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/gn2_layout.h"

namespace widthwise::trainer {

namespace {

/// One dimension of a tensor at this width and at the base width.
struct Dimension {
    std::int64_t size;
    std::int64_t base;
    bool grows;
};

Dimension fixed(std::int64_t size)
{
    return {size, size, false};
}

Role roleOf(Dimension in, Dimension out)
{
    if (in.grows) {
        return out.grows ? Role::Hidden : Role::Output;
    }
    return out.grows ? Role::Input : Role::Fixed;
}

/// Lists tensors in order.
class Layout {
public:
    ParameterSpec& linear(const std::string& name, Dimension in, Dimension out)
    {
        m_parameters.push_back({.name = name + ".weight",
                                .shape = {out.size, in.size},
                                .role = roleOf(in, out),
                                .fanIn = in.size,
                                .fanOut = out.size,
                                .baseFanIn = in.base,
                                .baseFanOut = out.base});
        vector(name + ".bias", out, Fill::Zero);
        return m_parameters[m_parameters.size() - 2];
    }
    void norm(const std::string& name, Dimension size)
    {
        vector(name + ".gain", size, Fill::One);
        vector(name + ".bias", size, Fill::Zero);
    }
    std::vector<ParameterSpec> take() { return std::move(m_parameters); }

private:
    void vector(const std::string& name, Dimension size, Fill fill)
    {
        m_parameters.push_back({.name = name,
                                .shape = {size.size},
                                .role = size.grows ? Role::Vector : Role::Fixed,
                                .fill = fill,
                                .fanOut = size.size,
                                .baseFanOut = size.base});
    }

    std::vector<ParameterSpec> m_parameters;
};

void addEncoderLayer(Layout& layout, const std::string& name, const Gn2Shape& shape)
{
    const auto grown = [&](std::int64_t factor) {
        return Dimension{factor * shape.width, factor * shape.baseWidth, true};
    };
    layout.norm(name + ".attention.norm", grown(1));
    ParameterSpec& projection = layout.linear(name + ".attention.qkv", grown(1), grown(3));
    projection.zeroRows = shape.zeroQuery ? shape.width : 0;
    layout.linear(name + ".attention.out", grown(1), grown(1));
    layout.norm(name + ".feedforward.norm", grown(1));
    layout.linear(name + ".feedforward.in", grown(1), grown(2));
    layout.linear(name + ".feedforward.out", grown(2), grown(1));
}

void addHead(Layout& layout, const std::string& name, std::int64_t inputs, std::int64_t outputs,
             const Gn2Shape& shape)
{
    std::int64_t from = inputs;
    int index = 0;
    for (const std::int64_t to : shape.headWidths) {
        layout.linear(name + "." + std::to_string(index++), fixed(from), fixed(to));
        from = to;
    }
    layout.linear(name + ".logits", fixed(from), fixed(outputs));
}

} // namespace

std::vector<ParameterSpec> gn2Parameters(const Gn2Shape& shape)
{
    const Dimension width{shape.width, shape.baseWidth, true};
    Layout layout;
    layout.linear("initial.0", fixed(shape.inputs), fixed(shape.initialWidth));
    layout.linear("initial.1", fixed(shape.initialWidth), width);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        addEncoderLayer(layout, "encoder." + std::to_string(layer), shape);
    }
    layout.norm("encoder.norm", width);
    ParameterSpec& readout = layout.linear("encoder.readout", width, fixed(shape.outputWidth));
    readout.fill = shape.zeroReadout ? Fill::Zero : Fill::Normal;
    layout.linear("pool.gate", fixed(shape.outputWidth), fixed(1));
    addHead(layout, "jets", shape.outputWidth, shape.classes, shape);
    return layout.take();
}

std::int64_t parameterCount(const std::vector<ParameterSpec>& parameters)
{
    std::int64_t count = 0;
    for (const ParameterSpec& parameter : parameters) {
        count += parameter.size();
    }
    return count;
}

} // namespace widthwise::trainer
