// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/mlpf_layout.h"

#include "core/models/parameter_layout.h"
#include "core/trainer/families/events/event_layout.h"
#include "core/trainer/families/mlpf/mlpf_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace widthwise::trainer {

namespace {

/// Lists tensors that start as PyTorch's modules do, but normally distributed with the same deviations.
class Layout {
public:
    explicit Layout(const MlpfShape& shape) : m_width{shape.width, shape.baseWidth, true} {}

    Dimension grown(std::int64_t factor = 1) const
    {
        return {factor * m_width.size, factor * m_width.base, true};
    }
    void linear(const std::string& name, Dimension in, Dimension out, Uses uses)
    {
        const double third = std::sqrt(1.0 / 3); // U(±1/√fan-in)
        weight(name + ".weight", in, out, third).products = in.size * out.size * uses;
        vector(name + ".bias", out, Fill::Normal, third, in.base);
    }
    void norm(const std::string& name)
    {
        vector(name + ".gain", m_width, Fill::One);
        vector(name + ".bias", m_width, Fill::Zero);
    }
    void query(const std::string& name) { vector(name, m_width, Fill::Normal, 0.02); }
    /// `projections`: how many of query, key and value are made of each of what `uses` says.
    void attention(const std::string& name, std::int64_t projections, Uses uses)
    {
        ParameterSpec& stacked =
            weight(name + ".in_proj.weight", m_width, grown(3), std::sqrt(0.5)); // Xavier's over the three
        stacked.products = projections * m_width.size * m_width.size * uses;
        vector(name + ".in_proj.bias", grown(3), Fill::Zero);
        linear(name + ".out_proj", m_width, m_width, uses);
    }
    void feedforward(const std::string& name)
    {
        linear(name + ".0", m_width, m_width, perToken);
        linear(name + ".2", m_width, m_width, perToken);
    }
    /// Of `types` alike each element takes one.
    void head(const std::string& name, Dimension in, Dimension out, std::int64_t types = 1)
    {
        linear(name + ".0", in, m_width, perToken);
        norm(name + ".2");
        linear(name + ".4", m_width, out, perToken);
        for (ParameterSpec& spec : std::span(m_parameters).last(6)) {
            spec.products.perToken /= types;
        }
    }
    /// Of its last matrix, too, each element takes its type's rows; nothing learns in front of its first.
    void encoder(const std::string& name, Dimension in, std::int64_t types)
    {
        head(name, in, grown(types));
        const std::size_t first = m_parameters.size() - 6;
        m_parameters[first].takesInputs = true;
        m_parameters[first + 4].products.perToken /= types;
    }
    /// Lets the tensor start with these values.
    void start(const std::string& name, std::vector<double> values)
    {
        ParameterSpec& spec = *std::ranges::find(m_parameters, name, &ParameterSpec::name);
        spec.fill = Fill::Zero;
        spec.start = std::move(values);
    }
    std::vector<ParameterSpec> take() { return std::move(m_parameters); }

private:
    ParameterSpec& weight(const std::string& name, Dimension in, Dimension out, double deviation)
    {
        m_parameters.push_back({.name = name,
                                .shape = {out.size, in.size},
                                .role = in.grows ? (out.grows ? Role::Hidden : Role::Output) : Role::Input,
                                .fanIn = in.size,
                                .fanOut = out.size,
                                .baseFanIn = in.base,
                                .baseFanOut = out.base,
                                .deviation = deviation});
        return m_parameters.back();
    }
    void vector(const std::string& name, Dimension size, Fill fill, double deviation = 1,
                std::int64_t fanIn = 1)
    {
        m_parameters.push_back({.name = name,
                                .shape = {size.size},
                                .role = size.grows ? Role::Vector : Role::Fixed,
                                .fill = fill,
                                .fanIn = fanIn,
                                .fanOut = size.size,
                                .baseFanIn = fanIn,
                                .baseFanOut = size.base,
                                .deviation = deviation});
    }

    Dimension m_width;
    std::vector<ParameterSpec> m_parameters;
};

void addReadout(Layout& layout, const std::string& name)
{
    layout.attention(name + ".mha", 1, perSample); // the value alone, of what was pooled
    layout.norm(name + ".query_norm");
    layout.norm(name + ".key_norm");
    layout.norm(name + ".post_norm");
    layout.feedforward(name + ".ffn");
}

std::string ofType(const std::string& name, std::int64_t type)
{
    return name + ".nn." + std::to_string(type);
}

constexpr std::array angles{"nn_eta.nn", "nn_sin_phi.nn", "nn_cos_phi.nn"};

void addStarts(Layout& layout, const MlpfShape& shape)
{
    constexpr double open = 0.02;
    for (std::int64_t type = 0; type < shape.types; ++type) {
        layout.start(ofType("nn_energy", type) + ".4.bias", {open});
        if (shape.identityStart) {
            layout.start(ofType("nn_pt", type) + ".4.bias", {0});
        }
        if (shape.identityStart || shape.zeroReadout) {
            layout.start(ofType("nn_pt", type) + ".4.weight", {0});
        }
    }
    for (const std::string angle : angles) {
        if (shape.identityStart) {
            layout.start(angle + ".4.bias", {1, 0}); // 1·x + 0
        }
        if (shape.identityStart || shape.zeroReadout) {
            layout.start(angle + ".4.weight", {0});
        }
    }
    for (const char* head : {"nn_binary_particle", "nn_pid"}) {
        if (shape.zeroReadout) {
            layout.start(std::string(head) + ".4.weight", {0});
        }
    }
}

} // namespace

MlpfShape mlpfShape(const Settings& settings)
{
    return {.inputs = elementColumnCount,
            .classes = particleClassCount,
            .types = elementTypeCount,
            .width = settings.width,
            .baseWidth = settings.baseWidth,
            .layers = settings.layers,
            .identityStart = settings.of<MlpfSettings>().identityStart,
            .zeroReadout = settings.zeroReadout};
}

std::string mlpfLogitsOf(const std::string& name)
{
    return name + ".mha.in_proj.logits";
}

std::vector<ParameterSpec> mlpfParameters(const MlpfShape& shape)
{
    Layout layout(shape);
    layout.query("classification_query");
    layout.query("regression_query");
    layout.encoder("nn0", fixed(shape.inputs), shape.types);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const std::string name = "backbone." + std::to_string(layer);
        layout.attention(name + ".mha", 3, perToken);
        layout.norm(name + ".norm0");
        layout.norm(name + ".norm1");
        layout.feedforward(name + ".seq");
    }
    layout.norm("classification_norm");
    layout.norm("regression_norm");
    addReadout(layout, "classification_readout");
    addReadout(layout, "regression_readout");
    layout.head("nn_binary_particle", layout.grown(), fixed(2));
    layout.head("nn_pid", layout.grown(), fixed(shape.classes));
    for (std::int64_t type = 0; type < shape.types; ++type) {
        layout.head(ofType("nn_pt", type), layout.grown(), fixed(1), shape.types);
    }
    for (const char* angle : angles) {
        layout.head(angle, layout.grown(), fixed(2));
    }
    for (std::int64_t type = 0; type < shape.types; ++type) {
        layout.head(ofType("nn_energy", type), layout.grown(), fixed(1), shape.types);
    }
    addStarts(layout, shape);
    return layout.take();
}

} // namespace widthwise::trainer
