// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/normalization.h"

#include "core/models/jet_layout.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace widthwise::trainer {

namespace {

using Variables = std::vector<Normalization::Variable>;

void apply(std::vector<float>& values, const Variables& variables)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& variable = variables[i % variables.size()];
        if (std::isfinite(values[i])) {
            values[i] = static_cast<float>((values[i] - variable.mean) / variable.deviation);
        } else {
            values[i] = 0;
        }
    }
}

} // namespace

void NormalizationMeter::add(const JetSample& sample)
{
    add(m_jets, sample.jets, jetsDataset, sample.jetVariables);
    add(m_tracks, sample.tracks, sample.tracksDataset, sample.trackVariables);
}

void NormalizationMeter::add(std::vector<Moments>& moments, const std::vector<float>& values,
                             const std::string& dataset, const std::vector<std::string>& names)
{
    if (moments.empty()) {
        std::ranges::transform(names, std::back_inserter(moments), [&](const std::string& name) {
            return Moments{.name = "dataset \"" + dataset + "\" field \"" + name + '"'};
        });
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        Moments& variable = moments[i % names.size()];
        if (const double x = values[i]; std::isfinite(x)) {
            const double distance = x - variable.mean;
            variable.mean += distance / ++variable.count;
            variable.squares += distance * (x - variable.mean);
        } else {
            ++variable.lost;
        }
    }
}

std::vector<LostValues> NormalizationMeter::lost() const
{
    std::vector<LostValues> result;
    for (const auto* moments : {&m_jets, &m_tracks}) {
        for (const Moments& variable : *moments) {
            if (variable.lost > 0) {
                result.push_back(
                    {variable.name, variable.lost, variable.lost + static_cast<std::size_t>(variable.count)});
            }
        }
    }
    return result;
}

void NormalizationMeter::requireValues() const
{
    for (const auto* moments : {&m_jets, &m_tracks}) {
        for (const Moments& variable : *moments) {
            if (variable.count == 0) {
                throw InputError(m_place + variable.name + " has no finite value in the training jets");
            }
        }
    }
}

void reportLostValues(std::ostream& notices, const std::vector<LostValues>& lost)
{
    for (const auto& [name, count, all] : lost) {
        notices << "notice: " << name << ": " << count << " of " << all << " values "
                << (count == 1 ? "is" : "are") << " not finite; each counts as the mean\n";
    }
}

Normalization NormalizationMeter::result() const
{
    requireValues();
    const auto variables = [this](const std::vector<Moments>& moments) {
        Variables result;
        for (const Moments& variable : moments) {
            const double deviation = std::sqrt(variable.squares / std::max(variable.count, 1.0));
            if (!(deviation > 0)) {
                throw InputError(m_place + variable.name +
                                 " has the same value in all training jets: leave it out");
            }
            result.push_back({variable.mean, deviation});
        }
        return result;
    };
    return {variables(m_jets), variables(m_tracks)};
}

void ClassCounts::add(const JetSample& sample)
{
    jets.resize(sample.classes.size());
    for (const std::int64_t label : sample.labels) {
        ++jets[static_cast<std::size_t>(label)];
    }
    for (const std::int8_t origin : sample.origins) {
        origins.resize(originCount);
        if (origin >= 0) {
            ++origins[static_cast<std::size_t>(origin)];
        }
    }
}

void normalize(JetSample& sample, const Normalization& normalization)
{
    apply(sample.jets, normalization.jets);
    apply(sample.tracks, normalization.tracks);
}

} // namespace widthwise::trainer
