// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/width_cost.h"

#include "core/experiment/trial_settings.h"
#include "core/models/readable_settings.h"
#include "core/study/study_columns.h"

namespace widthwise {

namespace {

constexpr double tracks = 10; ///< of a jet, on average in ATLAS's and in the toy's jets
constexpr double operationsPerWeight =
    6; ///< multiply and add: forward, for the input's and for the weight's gradient
// GN2's sizes that do not grow (core/trainer/families/gn2/gn2_layout.h).
constexpr double initialWidth = 256;
constexpr double outputWidth = 128;
constexpr double origins = 8;
constexpr double usualClasses = 4; ///< where the settings leave them to the data

/// Gathers layers that are used so many times per jet.
class Layers {
public:
    void linear(double in, double out, double uses, bool bias = true)
    {
        m_cost.parameters += in * out + (bias ? out : 0);
        m_cost.operations += operationsPerWeight * in * out * uses;
    }
    void norm(double width) { m_cost.parameters += 2 * width; }
    /// A head behind its first layer: 128 → 64 → 32 → `out`.
    void restOfHead(double out, double uses)
    {
        linear(outputWidth, 64, uses);
        linear(64, 32, uses);
        linear(32, out, uses);
    }
    void queries(double width) { m_cost.parameters += width; }
    void operations(double number) { m_cost.operations += number; }
    WidthCost cost() const { return m_cost; }

private:
    WidthCost m_cost;
};

void encoderLayer(Layers& layers, double width)
{
    layers.norm(width);
    layers.linear(width, 3 * width, tracks);
    layers.operations(operationsPerWeight * 2 * tracks * tracks * width); // q·k, and the weighted sum of v
    layers.linear(width, width, tracks);
    layers.norm(width);
    layers.linear(width, 2 * width, tracks);
    layers.linear(2 * width, width, tracks);
}

WidthCost gn2Cost(const trainer::Settings& settings, double classes)
{
    const auto width = static_cast<double>(settings.width);
    Layers layers;
    layers.linear(static_cast<double>(settings.inputs()), initialWidth, tracks);
    layers.linear(initialWidth, width, tracks);
    for (std::int64_t layer = 0; layer < settings.layers; ++layer)
        encoderLayer(layers, width);
    layers.norm(width);
    layers.linear(width, outputWidth, tracks);
    layers.linear(outputWidth, 1, tracks);
    layers.linear(outputWidth, outputWidth, 1);
    layers.restOfHead(classes, 1);
    if (settings.originTask) {
        layers.linear(2 * outputWidth, outputWidth, tracks);
        layers.restOfHead(origins, tracks);
    }
    if (settings.vertexTask) { // its first layer is computed for each track, not for each pair
        layers.linear(3 * outputWidth, outputWidth, tracks);
        layers.restOfHead(1, tracks * (tracks - 1));
    }
    return layers.cost();
}

WidthCost mlpCost(const trainer::Settings& settings, double classes)
{
    Layers layers;
    const auto width = static_cast<double>(settings.width);
    const auto leading = static_cast<double>(settings.inputs() * settings.mlpTracks);
    for (std::int64_t layer = 0; layer < settings.layers; ++layer)
        layers.linear(layer == 0 ? leading : width, width, 1, settings.bias);
    layers.linear(width, classes, 1, settings.bias);
    return layers.cost();
}

/// Of the elements that a head of each type of element sees, all together are those of the event.
WidthCost mlpfCost(const trainer::Settings& settings)
{
    constexpr double elements = 22; // of an event of the small toy
    constexpr double inputs = 17;
    constexpr double classes = 6;
    const auto width = static_cast<double>(settings.width);
    const auto heads = static_cast<double>(settings.headCount());
    Layers layers;
    const auto head = [&](double in, double out, double uses) {
        layers.linear(in, width, uses);
        layers.norm(width);
        layers.linear(width, out, uses);
    };
    const auto feedForward = [&] {
        layers.linear(width, width, elements);
        layers.linear(width, width, elements);
    };
    head(inputs, width, elements);
    layers.linear(width, width, 0); // the last matrix of the other type
    for (std::int64_t layer = 0; layer < settings.layers; ++layer) {
        layers.linear(width, 3 * width, elements);
        layers.operations(operationsPerWeight * 2 * elements * elements * width);
        layers.linear(width, width, elements);
        layers.norm(2 * width);
        feedForward();
    }
    for (int task = 0; task < 2; ++task) {
        layers.linear(width, 3 * width, 1); // keys and values are not made of each element
        layers.operations(operationsPerWeight * 2 * elements * heads * width);
        layers.linear(width, width, 1);
        layers.norm(4 * width);
        layers.queries(width);
        feedForward();
    }
    for (const double out : {2.0, classes, 2.0, 2.0, 2.0, 1.0, 1.0})
        head(width, out, elements);
    for (int other = 0; other < 2; ++other) // pT and energy of the other type
        head(width, 1, 0);
    return layers.cost();
}

} // namespace

std::optional<WidthCost> widthCost(const Experiment& experiment, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return std::nullopt;
    const trainer::Settings settings = trainer::readableSettings(trialSettings(experiment, configuration));
    const double classes =
        settings.classes.empty() ? usualClasses : static_cast<double>(settings.classes.size());
    switch (settings.model) {
    case trainer::ModelKind::Mlp:
        return mlpCost(settings, classes);
    case trainer::ModelKind::Mlpf:
        return mlpfCost(settings);
    case trainer::ModelKind::Gn2:
        break;
    }
    return gn2Cost(settings, classes);
}

std::optional<double> stepTimeRatio(const Experiment& narrow, const Configuration& narrowConfiguration,
                                    const Experiment& wide, const Configuration& wideConfiguration)
{
    const auto before = widthCost(narrow, narrowConfiguration);
    const auto after = widthCost(wide, wideConfiguration);
    if (before && after)
        return after->operations / before->operations;
    const auto from = studyColumns(narrow, narrowConfiguration).width;
    const auto to = studyColumns(wide, wideConfiguration).width;
    if (!from || !to || *from < 1)
        return std::nullopt;
    const double ratio = double(*to) / double(*from);
    return ratio * ratio;
}

} // namespace widthwise
