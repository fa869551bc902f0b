// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/family.h"

namespace widthwise::trainer {

double lossOf(std::span<const LossTerm> terms, std::span<const TermResult> results)
{
    double loss = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        loss += terms[i].weight * results[i].mean();
    }
    return loss;
}

Settings Family::completed(Settings settings, const std::string&) const
{
    return settings;
}

Metrics Family::metrics(std::span<const LossTerm> terms, std::span<const TermResult> results) const
{
    Metrics metrics{{"val/loss", lossOf(terms, results)},
                    {"val/accuracy", results.front().correct / results.front().count}};
    for (std::size_t i = 0; i < terms.size() && terms.size() > 1; ++i) {
        const std::string name = "val/" + terms[i].name;
        metrics.emplace_back(name + "_loss", results[i].mean());
        metrics.emplace_back(name + "_accuracy", results[i].accuracy());
    }
    return metrics;
}

} // namespace widthwise::trainer
