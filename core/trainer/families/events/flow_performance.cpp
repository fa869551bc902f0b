// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_performance.h"

#include "core/trainer/data/random_stream.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

namespace {

/// Linear between neighbours, as NumPy has it. `sorted` is not empty.
double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

struct Estimate {
    double median = 0;
    double width = 0;
    double matched = 0;
};

Estimate estimateOf(std::vector<double>& found, std::size_t all)
{
    if (found.empty()) {
        return {};
    }
    std::ranges::sort(found);
    const double median = quantile(found, 0.5);
    return {median, (quantile(found, 0.75) - quantile(found, 0.25)) / median,
            static_cast<double>(found.size()) / static_cast<double>(all)};
}

/// Running mean and deviation.
class Spread {
public:
    void add(double value)
    {
        ++m_count;
        const double away = value - m_mean;
        m_mean += away / m_count;
        m_squares += away * (value - m_mean);
    }
    double deviation() const { return m_count > 1 ? std::sqrt(m_squares / (m_count - 1)) : 0; }

private:
    double m_count = 0;
    double m_mean = 0;
    double m_squares = 0;
};

WithError share(std::size_t some, std::size_t all)
{
    if (all == 0) {
        return {};
    }
    // the variance of Bayes's estimate (M. Paterno; physics/0701199), which is not 0 at 0 or 1
    const auto k = static_cast<double>(some);
    const auto n = static_cast<double>(all);
    const double variance = (k + 1) * (k + 2) / ((n + 2) * (n + 3)) - (k + 1) * (k + 1) / ((n + 2) * (n + 2));
    return {k / n, std::sqrt(variance)};
}

double missing(std::span<const TargetRow> particles)
{
    double x = 0;
    double y = 0;
    for (const TargetRow& row : particles) {
        const double phi = std::atan2(row[target::SinPhi], row[target::CosPhi]);
        x += row[target::Pt] * std::cos(phi);
        y += row[target::Pt] * std::sin(phi);
    }
    return std::hypot(x, y);
}

} // namespace

ResponseSummary Responses::summary() const
{
    return between(-HUGE_VAL, HUGE_VAL);
}

ResponseSummary Responses::between(double low, double high) const
{
    constexpr std::uint64_t replicas = 200;
    std::vector<double> found;
    std::size_t all = 0;
    const auto addEvent = [&](std::size_t event) {
        for (std::size_t i = event == 0 ? 0 : m_ends[event - 1]; i < m_ends[event]; ++i) {
            if (m_values[i].truth >= low && m_values[i].truth < high) {
                ++all;
                if (m_values[i].response >= 0) {
                    found.push_back(m_values[i].response);
                }
            }
        }
    };
    for (std::size_t event = 0; event < m_ends.size(); ++event) {
        addEvent(event);
    }
    const std::size_t count = all;
    const Estimate central = estimateOf(found, all);
    Spread median;
    Spread width;
    Spread matched;
    RandomStream random(1, streamOf("bootstrap"));
    for (std::uint64_t replica = 0; count > 0 && replica < replicas; ++replica) {
        found.clear();
        all = 0;
        for (std::size_t i = 0; i < m_ends.size(); ++i) {
            addEvent(random.below(m_ends.size()));
        }
        if (!found.empty()) {
            const Estimate again = estimateOf(found, all);
            median.add(again.median);
            width.add(again.width);
            matched.add(again.matched);
        }
    }
    return {{central.median, median.deviation()},
            {central.width, width.deviation()},
            {central.matched, matched.deviation()},
            count};
}

std::vector<double> jetResponses(std::span<const Momentum> reference, std::span<const Momentum> jets)
{
    constexpr double reach = 0.1;
    std::vector<double> responses;
    for (const Momentum& wanted : reference) {
        double least = reach;
        double response = -1;
        for (const Momentum& jet : jets) {
            const double distance = std::hypot(wanted.momentum.eta() - jet.momentum.eta(),
                                               deltaPhi(wanted.momentum.phi(), jet.momentum.phi()));
            if (distance < least) {
                least = distance;
                response = jet.momentum.transverse() / wanted.momentum.transverse();
            }
        }
        responses.push_back(response);
    }
    return responses;
}

void FlowPerformance::addEvent(std::span<const ElementRow> elements, std::span<const TargetRow> targets,
                               std::span<const TargetRow> particles, std::span<const Momentum> genJets,
                               double genMet)
{
    const std::vector<double> responses = jetResponses(genJets, jetsOf(particles));
    for (std::size_t i = 0; i < genJets.size(); ++i) {
        m_jets.add(genJets[i].momentum.transverse(), responses[i]);
    }
    m_jets.endEvent();
    if (genMet > 0) {
        m_met.add(genMet, missing(particles) / genMet);
    }
    m_met.endEvent();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const auto truth = static_cast<std::size_t>(targets[i][target::Class]);
        const auto said = static_cast<std::size_t>(particles[i][target::Class]);
        ++m_counts[isTrack(elements[i]) ? 0 : 1][truth][said];
    }
}

std::size_t FlowPerformance::count(std::size_t truth, std::size_t said) const
{
    return m_counts[0][truth][said] + m_counts[1][truth][said];
}

WithError FlowPerformance::efficiency(ParticleClass species) const
{
    const auto own = static_cast<std::size_t>(species);
    std::size_t all = 0;
    for (std::size_t said = 0; said < particleClassCount; ++said) {
        all += count(own, said);
    }
    return share(count(own, own), all);
}

WithError FlowPerformance::fakeRate(ParticleClass species) const
{
    const auto own = static_cast<std::size_t>(species);
    std::size_t all = 0;
    for (std::size_t truth = 0; truth < particleClassCount; ++truth) {
        all += count(truth, own);
    }
    return share(all - count(own, own), all);
}

std::vector<Momentum> jetsOf(const EventJets& jets, std::size_t event)
{
    std::vector<Momentum> momenta;
    for (std::int64_t i = jets.offsets[event]; i < jets.offsets[event + 1]; ++i) {
        const auto& [pt, eta, phi, energy] = jets.jets[static_cast<std::size_t>(i)];
        momenta.push_back({fromPtEtaPhi(pt, eta, phi), energy});
    }
    return momenta;
}

std::vector<Momentum> jetsOf(std::span<const TargetRow> particles)
{
    std::vector<Momentum> momenta;
    std::ranges::transform(particles, std::back_inserter(momenta), momentumOf);
    return clusterJets(momenta, jetRadius, lowestJetPt);
}

} // namespace widthwise::trainer
