// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/configuration.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace widthwise {

/// One value of the objective; finite.
struct Report {
    std::int64_t step = 0;
    double value = 0;
    bool operator==(const Report&) const = default;
};

/// A trial as far as decisions depend on it.
struct PastTrial {
    enum class State {
        Waiting, ///< has its configuration and is to run, or runs
        Paused,  ///< by the scheduler: it goes on when the scheduler says so
        Held,    ///< paused by a person: it goes on when a person says so
        Ended,   ///< its value counts, also where it was stopped early
        Failed,  ///< it diverged or gave no usable value, which says something about its configuration
        Void,    ///< it never ran, or its machine was lost: that says nothing
    };
    Configuration configuration = {};
    State state = State::Waiting;
    std::optional<double> value = {}; ///< the one that counts so far
    std::vector<Report> reports = {}; ///< steps rise strictly
    /// Rises where the reports were cleared because the trial begins anew.
    int generation = 0;
    int bracket = 0;                        ///< the one that it was started in
    int rung = 0;                           ///< the one that it runs to, or has reached; 0 is the lowest
    std::optional<std::size_t> parent = {}; ///< the trial of the rung below that it was promoted from
    /// The rung up to which a copy ran first; empty: its first report tells.
    std::optional<int> firstRung = {};
    double length = 0; ///< of its schedule, in a unit of the experiment's own: like is compared with like
    bool operator==(const PastTrial&) const = default;

    /// It has a configuration and no outcome yet.
    bool isOpen() const { return state == State::Waiting || state == State::Paused || state == State::Held; }
};

/// What is known of an experiment's trials, by number. Search algorithms and schedulers decide from it and
/// from the seed alone: a new instance over the same history answers as the one that lived through it.
class History {
public:
    History() = default;
    explicit History(std::size_t trials) : m_trials(trials) { noteAll(); }
    History(std::initializer_list<PastTrial> trials) : m_trials(trials) { noteAll(); }

    const PastTrial& operator[](std::size_t trial) const { return m_trials[trial]; }
    std::size_t size() const { return m_trials.size(); }
    bool empty() const { return m_trials.empty(); }
    auto begin() const { return m_trials.begin(); }
    auto end() const { return m_trials.end(); }
    const PastTrial& back() const { return m_trials.back(); }

    /// Trials of other experiments, that ended or failed: they have no number here, but their values compare
    /// with those of the trials, and so an algorithm that learns does so from them, too. Where one is void,
    /// its value still says where to set out from, but no more than that.
    const std::vector<PastTrial>& prior() const { return m_prior; }
    void setPrior(std::vector<PastTrial> trials) { m_prior = std::move(trials); }
    void addPrior(PastTrial trial) { m_prior.push_back(std::move(trial)); }

    /// What there is to learn from: the prior trials, then the others.
    std::size_t lessons() const { return m_prior.size() + m_trials.size(); }
    const PastTrial& lesson(std::size_t place) const
    {
        return place < m_prior.size() ? m_prior[place] : m_trials[place - m_prior.size()];
    }

    /// Trials whose configuration was proposed, and is not that of a rung below.
    std::size_t proposals() const { return m_proposals; }

    void push_back(PastTrial trial)
    {
        m_proposals += !trial.parent;
        m_changes.push_back(m_trials.size());
        m_trials.push_back(std::move(trial));
    }
    PastTrial& emplace_back()
    {
        push_back({});
        return m_trials.back();
    }
    /// For writing; notes that the trial changes.
    PastTrial& change(std::size_t trial)
    {
        m_changes.push_back(trial);
        return m_trials[trial];
    }
    /// Says anew whether the trial was promoted, and from which.
    void setParent(std::size_t trial, std::optional<std::size_t> parent)
    {
        m_proposals -= !m_trials[trial].parent;
        m_proposals += !parent;
        change(trial).parent = parent;
    }

    /// The trials that changed, one after another, a trial as often as it did: whoever remembers how many of
    /// them it has seen needs to look at the new ones only.
    const std::vector<std::size_t>& changes() const { return m_changes; }

    void forgetChanges() { m_changes.clear(); }

private:
    void noteAll()
    {
        for (std::size_t i = 0; i < m_trials.size(); ++i) {
            m_changes.push_back(i);
            m_proposals += !m_trials[i].parent;
        }
    }

    std::vector<PastTrial> m_prior;
    std::vector<PastTrial> m_trials;
    std::vector<std::size_t> m_changes;
    std::size_t m_proposals = 0;
};

} // namespace widthwise
