// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/family_facts.h"

namespace widthwise::trainer {

std::vector<RecordedLayer> FamilyFacts::layers(const Settings& settings) const
{
    constexpr std::string_view suffix = ".weight";
    std::vector<RecordedLayer> layers;
    bool readoutSeen = false;
    for (const ParameterSpec& spec : parameters(settings, usualSizes(settings))) {
        if (!spec.name.ends_with(suffix)) {
            continue;
        }
        const LayerRole role = spec.role == Role::Output ? LayerRole::Readout
                               : readoutSeen             ? LayerRole::BehindReadout
                                                         : LayerRole::Hidden;
        readoutSeen = readoutSeen || role == LayerRole::Readout;
        layers.push_back({spec.name.substr(0, spec.name.size() - suffix.size()), role});
    }
    return layers;
}

/// A product forward is followed by two backward: with what went in, and with the weights unless nothing in
/// front of them learns.
double FamilyFacts::operations(const Settings& settings, const DataSizes& sizes, double tokens) const
{
    constexpr double perProduct = 2; // multiply and add
    double products = 3 * attentionProducts(settings, tokens);
    for (const ParameterSpec& spec : parameters(settings, sizes)) {
        products += (spec.takesInputs ? 2 : 3) * spec.products.of(tokens);
    }
    return perProduct * products;
}

} // namespace widthwise::trainer
