// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/parameter_layout.h"

namespace widthwise::trainer {

namespace {

Role roleOf(Dimension in, Dimension out)
{
    if (in.grows) {
        return out.grows ? Role::Hidden : Role::Output;
    }
    return out.grows ? Role::Input : Role::Fixed;
}

} // namespace

void ParameterLayout::linear(const std::string& name, Dimension in, Dimension out, Uses uses, bool bias)
{
    weight(name, in, out, uses);
    if (bias) {
        vector(name + ".bias", out, Fill::Zero);
    }
}

void ParameterLayout::linearWithZeroRows(const std::string& name, Dimension in, Dimension out, Uses uses,
                                         std::int64_t zeroRows)
{
    weight(name, in, out, uses).zeroRows = zeroRows;
    vector(name + ".bias", out, Fill::Zero);
}

void ParameterLayout::readout(const std::string& name, Dimension in, Dimension out, Uses uses, bool zero,
                              bool bias)
{
    weight(name, in, out, uses).fill = zero ? Fill::Zero : Fill::Normal;
    if (bias) {
        vector(name + ".bias", out, Fill::Zero);
    }
}

void ParameterLayout::norm(const std::string& name, Dimension size)
{
    vector(name + ".gain", size, Fill::One);
    vector(name + ".bias", size, Fill::Zero);
}

void ParameterLayout::token(const std::string& name, Dimension size, double deviation)
{
    vector(name, size, Fill::Normal);
    m_parameters.back().deviation = deviation;
}

void ParameterLayout::head(const std::string& name, std::int64_t width, const std::vector<Uses>& parts,
                           const std::vector<std::int64_t>& hidden, std::int64_t outputs, Uses uses)
{
    std::int64_t from = width * std::ssize(parts);
    const auto layer = [&](const std::string& suffix, std::int64_t to) -> ParameterSpec& {
        const std::size_t place = m_parameters.size();
        weight(name + suffix, fixed(from), fixed(to), uses);
        vector(name + suffix + ".bias", fixed(to), Fill::Normal, from);
        from = to;
        return m_parameters[place];
    };
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        ParameterSpec& added = layer("." + std::to_string(i), hidden[i]);
        if (i == 0) {
            added.products = {};
            for (const Uses& part : parts) {
                added.products += width * hidden[i] * part;
            }
        }
    }
    layer(".logits", outputs);
}

ParameterSpec& ParameterLayout::weight(const std::string& name, Dimension in, Dimension out, Uses uses)
{
    return m_parameters.emplace_back(ParameterSpec{.name = name + ".weight",
                                                   .shape = {out.size, in.size},
                                                   .role = roleOf(in, out),
                                                   .fanIn = in.size,
                                                   .fanOut = out.size,
                                                   .baseFanIn = in.base,
                                                   .baseFanOut = out.base,
                                                   .products = in.size * out.size * uses,
                                                   .takesInputs = m_parameters.empty()});
}

void ParameterLayout::vector(const std::string& name, Dimension size, Fill fill, std::int64_t fanIn)
{
    m_parameters.push_back({.name = name,
                            .shape = {size.size},
                            .role = size.grows ? Role::Vector : Role::Fixed,
                            .fill = fill,
                            .fanIn = fanIn,
                            .fanOut = size.size,
                            .baseFanIn = fanIn,
                            .baseFanOut = size.base});
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
