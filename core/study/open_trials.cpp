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

/// How many trials its grid, list or budget will add to those in the store; 0 where nothing limits them.
std::int64_t trialsToCome(const Experiment& experiment, const std::vector<TrialRecord>& trials)
{
    std::vector<Trial> known;
    for (const TrialRecord& record : trials)
        known.push_back(record.trial);
    const auto expected = expectedTrials(experiment, ExperimentState::Running, known);
    return expected ? expected->count - std::ssize(trials) : 0;
}

} // namespace

std::vector<OpenTrials> openTrials(const Experiment& experiment, const std::vector<TrialRecord>& trials)
{
    Groups groups;
    for (const TrialRecord& record : trials)
        if (!isFinal(record.trial.state))
            groups.add(experiment, record.trial.configuration);
    const std::int64_t toCome = trialsToCome(experiment, trials);
    if (toCome == 0)
        return groups.take();
    if (!endsByItself(experiment.search) || toCome > mostProposals) {
        groups.add({}, 0, toCome);
        return groups.take();
    }
    // What these two propose depends on nothing but the configurations that there are.
    const auto search =
        makeSearchAlgorithm(experiment.search, experiment.space, experiment.objective.direction, 0);
    History history;
    for (const TrialRecord& record : trials) {
        history.push_back({.configuration = record.trial.configuration});
        if (record.trial.promotedFrom)
            history.setParent(history.size() - 1, static_cast<std::size_t>(*record.trial.promotedFrom));
    }
    for (std::int64_t i = 0; i < toCome; ++i) {
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
