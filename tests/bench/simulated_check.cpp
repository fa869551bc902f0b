// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers are those of checks of mlp (3 layers, batch 64, W 32 … 512) and gn2 (2 layers, 4 heads, batch
// 32, W 32 … 256) at max_lr 0.001 … 0.01 under μP and each ablation, 5 seeds, in units of log2 of mean |x|:
// - a trial scatters about the line of its seed by 0.01 to 0.15 in hidden layers, 0.15 to 0.3 in query·key,
//   0.15 to 0.45 in the readout (of few outputs), mostly from its initial values and so alike at all steps;
//   by a tenth to a half of that anew at each step;
// - under μP hidden layers change by 0.02 to 0.35, readouts of wide models as those of narrow ones; gn2's
// wide
//   models change by less, as width^−0.3;
// - without learning-rate multipliers changes go as the width to the power of 0.5 to 1; without the readout's
//   multiplier its outputs as the width at first, as width^0.65 in the end.
#include "simulated_check.h"

#include <cmath>
#include <random>
#include <string>

namespace widthwise::bench {
namespace {

constexpr int steps = 8;

class Simulation {
public:
    explicit Simulation(const SimulatedCheck& check) : m_check(check), m_random(check.generatorSeed) {}

    CheckRecords records()
    {
        m_records.model = {.headsGrow = true, .readoutBias = false};
        for (int layer = 0; layer < 4; ++layer)
            addHidden("hidden." + std::to_string(layer), layer);
        addQueryKey();
        addReadout();
        return std::move(m_records);
    }

private:
    bool lacks(Ablation part) const
    {
        return m_check.ablation == part || m_check.ablation == Ablation::Everything;
    }
    double normal(double deviation) { return deviation * m_normal(m_random); }
    double between(double low, double high) { return std::uniform_real_distribution(low, high)(m_random); }
    /// Of the whole change by step t, as with one-cycle.
    double share(int t) const { return t <= 2 ? 0 : std::min(1.0, (t - 2) / 4.0); }
    double octaves(std::int64_t width) const
    {
        return std::log2(double(width) / double(m_check.widths.front()));
    }

    /// Calls `size(octaves, t)` for log2 of the size, to which the scatter comes.
    template <class Size>
    void add(const std::string& layer, double scatter, const Size& size)
    {
        const double anew = between(0.1, 0.5) * scatter;
        for (int seed = 1; seed <= m_check.seeds; ++seed) {
            const double ofSeed = normal(0.3);
            for (const std::int64_t width : m_check.widths) {
                const double ofTrial = ofSeed + normal(scatter);
                for (int t = 1; t <= steps; ++t) {
                    const bool isZero = layer == "readout" && m_check.zeroReadout && t == 1;
                    const double log2 = size(octaves(width), t) + ofTrial + normal(t > 2 ? anew : 0);
                    m_records.coordinates.push_back(
                        {"mup", width, seed, t, layer, isZero ? 0 : std::exp2(log2)});
                }
            }
        }
    }

    void addHidden(const std::string& layer, int depth)
    {
        const double change = m_check.rate * between(0.03, 0.09) * (depth + 1);
        const double sign = between(0, 1) < 0.7 ? 1 : -1;
        const double fall = between(0, 0.3);
        const double growth = between(0.6, 1);
        const double bend = normal(0.03); // of finite width, from the narrowest to the widest
        add(layer, between(0.01, 0.15), [=, this](double octaves, int t) {
            const double moved = lacks(Ablation::LearningRates)
                                     ? std::log2(1 + change * std::exp2(growth * octaves) * share(t))
                                     : sign * change * std::exp2(-fall * octaves) * share(t);
            return moved + bend * (1 - std::exp2(-octaves));
        });
    }

    void addQueryKey()
    {
        const double slope = lacks(Ablation::Attention) ? 0 : -0.5;
        const double learnt = m_check.rate * between(0, 0.1);
        add("encoder.0.attention.logits", between(0.15, 0.3), [=, this](double octaves, int t) {
            const double faster = lacks(Ablation::LearningRates) ? 0.2 : 0;
            return (slope + (learnt + faster * m_check.rate) * share(t)) * octaves;
        });
    }

    void addReadout()
    {
        const bool undivided = lacks(Ablation::Multipliers);
        const double initial = m_check.ablation == Ablation::Initialization ? -1
                               : m_check.ablation == Ablation::Everything   ? 0
                               : undivided                                  ? 0.5
                                                                            : -0.5;
        const double pulled = lacks(Ablation::LearningRates) ? between(0.2, 0.5) * m_check.rate : 0;
        add("readout", m_check.zeroReadout ? between(0.15, 0.25) : between(0.15, 0.45),
            [=, this](double octaves, int t) {
                const double learnt = t == 1 ? 0 : std::min(1.0, m_check.rate * (t - 1) / 3.0);
                const double start = m_check.zeroReadout ? (undivided ? 1 : 0) : initial * (1 - learnt);
                const double end = undivided ? (m_check.zeroReadout ? -0.35 : 0.65) * learnt : 0;
                return (start + end + pulled * share(t)) * octaves;
            });
    }

    const SimulatedCheck& m_check;
    std::mt19937_64 m_random;
    std::student_t_distribution<double> m_normal{8};
    CheckRecords m_records;
};

} // namespace

CheckRecords recordsOf(const SimulatedCheck& check)
{
    return Simulation(check).records();
}

} // namespace widthwise::bench
