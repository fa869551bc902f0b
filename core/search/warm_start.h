// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/unit_space.h"

#include <memory>
#include <vector>

namespace widthwise {

/// A search that begins with what earlier experiments have shown. Three of their best configurations, apart
/// from one another, are tried first; then an algorithm goes on, to which their trials are prior ones.
///
/// Earlier experiments had other values: of these only the order counts, as normal scores. They are put on
/// the scale of this experiment so that, where its trials have ended, they agree with its values in mean and
/// spread. An earlier trial stands back where this experiment has tried something near, all of them where
/// their order contradicts this experiment's, or once it has fifty trials of its own.
class WarmStartedSearch final : public SearchAlgorithm {
public:
    /// What is no configuration of the space is passed over. `chosen`: configurations that are tried before.
    WarmStartedSearch(const SearchSpace& space, Direction direction, const std::vector<EarlierTrial>& earlier,
                      std::size_t chosen, std::unique_ptr<SearchAlgorithm> next);

    Proposal propose(const History& history) override;
    bool learns() const override { return m_next->learns(); }

private:
    struct Lesson {
        Configuration configuration;
        std::vector<double> point;
        std::optional<double> score; ///< smaller is better; empty where the trial failed
    };
    /// Of this experiment.
    struct Known {
        std::vector<double> point;
        std::optional<double> value; ///< smaller is better; empty where the trial failed
    };
    /// value = middle + slope × (score − score of the middle)
    struct Scale {
        double middle = 0;
        double middleScore = 0;
        double slope = 1;
    };

    const Configuration* candidate(const History& history) const;
    std::vector<Known> knownOf(const History& history) const;
    std::vector<PastTrial> priorOf(const std::vector<Known>& known) const;
    std::optional<Scale> scaleOf(const std::vector<Known>& known) const;
    double expectedScore(const std::vector<double>& point) const;
    double distance(const std::vector<double>& a, const std::vector<double>& b) const;

    UnitSpace m_space;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::vector<Lesson> m_lessons;
    std::vector<Configuration> m_candidates;
    std::size_t m_chosen;
    std::unique_ptr<SearchAlgorithm> m_next;
};

} // namespace widthwise
