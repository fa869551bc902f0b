// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/ranked_values.h"
#include "core/schedule/rung_plan.h"
#include "core/search/algorithm.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace widthwise {

/// Who stands where in each population, which is a bracket. Kept current from the changes of a history, at a
/// cost that does not grow with it. Smaller values are better here.
class PopulationTable {
public:
    struct Members {
        int places = 0; ///< taken by trials that are no copies and were not lost before the first rung
        int copies = 0;
        int open = 0; ///< trials without an outcome
        /// By rung: those that were compared there. One that failed later has a checkpoint from there, but is
        /// no example.
        std::map<int, RankedValues> ranked;
        std::set<std::pair<int, std::size_t>> waiting; ///< rung and trial
        /// By rung: trials that a copy is to replace there, less the copies that have come.
        std::map<int, int> missing;
    };

    /// `size`: of a population.
    PopulationTable(RungPlan plan, Direction direction, int size);

    void update(const History& history);

    const std::map<int, Members>& populations() const { return m_populations; }
    /// Those where something may be due: with a place free, or a trial that waits or is missing.
    const std::set<int>& unsettled() const { return m_unsettled; }
    /// The trial's value at a rung where it was compared. The trial is in the history of the last update.
    std::optional<double> valueAt(std::size_t trial, int rung) const;

private:
    /// What one trial adds to its population.
    struct Standing {
        int bracket = 0;
        int isCopy = 0;
        int takesPlace = 0;
        int isOpen = 0;
        std::optional<int> waiting; ///< rung
        std::map<int, int> missing;

        int generation = 0;
        int first = 0;        ///< rung at which the trial itself is compared; a copy begins between two
        std::size_t read = 0; ///< reports
        std::vector<double> compared; ///< values from that rung on
    };

    void take(std::size_t trial, const PastTrial& past);
    void compare(std::size_t trial, const PastTrial& past);
    void withdraw(std::size_t trial);
    void stand(std::size_t trial, const PastTrial& past);
    void count(std::size_t trial, int sign);
    int firstRung(const PastTrial& past) const;
    std::map<int, int> missingOf(std::size_t trial, const PastTrial& past) const;

    RungPlan m_plan;
    double m_sign;
    int m_size;
    std::size_t m_seen = 0; ///< changes of the history
    std::vector<Standing> m_standings;
    std::map<int, Members> m_populations;
    std::set<int> m_unsettled;
};

} // namespace widthwise
