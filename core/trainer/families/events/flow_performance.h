// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/event_file.h"
#include "core/trainer/families/events/event_jets.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// Where jets and missing momentum are looked at, GeV.
inline constexpr std::array responseEdges{10.0, 20.0, 40.0, 60.0, 80.0, 100.0, 200.0};

struct WithError {
    double value = 0;
    double error = 0; ///< one standard deviation
};

/// How a reconstructed quantity compares with the true one, over all that was found.
struct ResponseSummary {
    WithError median;
    WithError width;       ///< interquartile range over median
    WithError matched;     ///< share of the true ones that were found
    std::size_t count = 0; ///< true ones
};

/// Responses of true jets or events, event by event.
class Responses {
public:
    /// Of the event that comes next in `endEvent`; a negative `response` says that none was found.
    void add(double truth, double response) { m_values.push_back({truth, response}); }
    void endEvent() { m_ends.push_back(m_values.size()); }

    /// Errors by the bootstrap over events, which keeps the jets of an event together.
    ResponseSummary summary() const;
    /// Of those with a true value from `low` up to `high`.
    ResponseSummary between(double low, double high) const;

private:
    struct Value {
        double truth;
        double response;
    };
    std::vector<Value> m_values;
    std::vector<std::size_t> m_ends;
};

/// Of each reference jet the response of the nearest jet, where that is within ΔR < 0.1, else −1.
std::vector<double> jetResponses(std::span<const Momentum> reference, std::span<const Momentum> jets);

/// counts[type][truth][said] of elements.
using ElementCounts =
    std::array<std::array<std::array<std::size_t, particleClassCount>, particleClassCount>, elementTypeCount>;

/// What a reconstruction is worth: that of a model, or that of rules.
class FlowPerformance {
public:
    /// `particles`: one row per element, as targets. `genJets`: of all particles.
    void addEvent(std::span<const ElementRow> elements, std::span<const TargetRow> targets,
                  std::span<const TargetRow> particles, std::span<const Momentum> genJets, double genMet);

    const Responses& jets() const { return m_jets; } ///< against jets of all particles
    const Responses& met() const { return m_met; }
    const ElementCounts& counts() const { return m_counts; }
    /// Elements of the class that are said to be of it; with binomial errors.
    WithError efficiency(ParticleClass species) const;
    /// Elements that are said to be of the class and are not.
    WithError fakeRate(ParticleClass species) const;

private:
    std::size_t count(std::size_t truth, std::size_t said) const;

    Responses m_jets;
    Responses m_met;
    ElementCounts m_counts{};
};

/// The jets of event `event`, as momenta.
std::vector<Momentum> jetsOf(const EventJets& jets, std::size_t event);
/// Those of the particles of an event: R = 0.4, pT > 5 GeV.
std::vector<Momentum> jetsOf(std::span<const TargetRow> particles);

} // namespace widthwise::trainer
