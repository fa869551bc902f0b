// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/open_trials.h"

#include "core/experiment/progress.h"
#include "core/search/algorithms.h"
#include "core/study/study_columns.h"

#include <algorithm>

namespace widthwise {

namespace {

/// More proposals than these are counted, but not looked at.
constexpr std::int64_t mostProposals = 10'000;

class Groups {
public:
    void add(const Experiment& experiment, const Configuration& configuration)
    {
        const StudyColumns columns = studyColumns(experiment, configuration);
        if (columns.width)
            add(columns.parametrization, *columns.width, 1);
        else
            add({}, 0, 1);
    }
    void add(const std::string& parametrization, std::int64_t width, std::int64_t count)
    {
        const auto group = std::ranges::find_if(m_groups, [&](const OpenTrials& known) {
            return known.parametrization == parametrization && known.width == width;
        });
        if (group != m_groups.end())
            group->count += count;
        else
            m_groups.push_back({parametrization, width, count});
    }
    std::vector<OpenTrials> take() { return std::move(m_groups); }

private:
    std::vector<OpenTrials> m_groups;
};

} // namespace

std::vector<OpenTrials> openTrials(const Experiment& experiment, const std::vector<TrialRecord>& trials)
{
    Groups groups;
    for (const TrialRecord& record : trials)
        if (!isFinal(record.trial.state))
            groups.add(experiment, record.trial.configuration);
    const auto known = static_cast<std::int64_t>(trials.size());
    const std::int64_t planned = plannedTrials(experiment).value_or(known);
    const bool listed = endsByItself(experiment.search);
    if (planned <= known)
        return groups.take();
    if (!listed || planned - known > mostProposals) {
        groups.add({}, 0, planned - known);
        return groups.take();
    }
    // What these two propose depends on nothing but the configurations that there are.
    const auto search =
        makeSearchAlgorithm(experiment.search, experiment.space, experiment.objective.direction, 0);
    History history;
    for (const TrialRecord& record : trials)
        history.push_back({.configuration = record.trial.configuration});
    while (std::ssize(history) < planned) {
        const Proposal proposal = search->propose(history);
        const auto* configuration = std::get_if<Configuration>(&proposal);
        if (!configuration)
            break;
        groups.add(experiment, *configuration);
        history.push_back({.configuration = *configuration});
    }
    return groups.take();
}

} // namespace widthwise
