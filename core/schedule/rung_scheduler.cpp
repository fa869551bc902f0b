// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/rung_scheduler.h"

#include "core/schedule/rank_correlation.h"
#include "core/schedule/schedulers.h"
#include "core/search/random.h"

#include <cmath>
#include <cstdio>

namespace widthwise {

namespace {

constexpr std::uint64_t runOnStream = 0x72756e2d6f6eULL; ///< of random numbers; "run-on"
constexpr std::size_t fewestFullRuns = 6;                ///< from which a correlation is told
constexpr std::size_t mostFullRuns = 50;                 ///< the latest of them count
constexpr double leastCorrelation = 0.5;

} // namespace

RungScheduler::RungScheduler(const SchedulerSettings& settings, const SchedulingTask& task)
    : Scheduler(task.plan), m_table(task.plan, task.direction, task.value),
      m_prospects(task.plan, task.direction, task.value), m_eta(settingOf(settings, "eta")),
      m_leastChance(task.plan.isOfOneRun() ? settingOf(settings, "least_chance") : 0),
      m_runOn(task.plan.isOfOneRun() ? settingOf(settings, "run_on") : 0),
      m_sign(task.direction == Direction::Minimize ? 1 : -1), m_seed(task.seed)
{
}

const RungTable& RungScheduler::table(const History& history)
{
    m_table.update(history);
    if (m_leastChance > 0)
        m_prospects.update(history, m_table);
    measure(history);
    return m_table;
}

bool RungScheduler::runsOn(std::size_t trial) const
{
    return randomUniform(m_seed, runOnStream, trial) < m_runOn;
}

void RungScheduler::measure(const History& history)
{
    bool isNew = false;
    for (; m_seen < history.changes().size(); ++m_seen) {
        const std::size_t trial = history.changes()[m_seen];
        if (!runsOn(trial))
            continue;
        const bool isFull =
            history[trial].state == PastTrial::State::Ended && m_table.valueAt(trial, plan().highest());
        const std::size_t before = m_fullRuns.size();
        if (isFull)
            m_fullRuns.insert(trial);
        else
            m_fullRuns.erase(trial);
        isNew = isNew || before != m_fullRuns.size();
    }
    if (!isNew)
        return;
    ++m_predictions;
    m_misleading.clear();
    m_correlations.clear();
    for (int rung = 0; rung < plan().highest(); ++rung) {
        std::vector<double> early, last;
        for (auto trial = m_fullRuns.rbegin(); trial != m_fullRuns.rend() && last.size() < mostFullRuns;
             ++trial)
            if (const auto value = m_table.valueAt(*trial, rung)) {
                early.push_back(*value);
                last.push_back(*m_table.valueAt(*trial, plan().highest()));
            }
        if (last.size() < fewestFullRuns)
            continue;
        const double correlation = rankCorrelation(early, last);
        m_correlations.emplace_back(rung, correlation);
        if (correlation < leastCorrelation)
            m_misleading.insert(rung);
    }
}

Judgement RungScheduler::judge(const History& history, std::size_t trial)
{
    const PastTrial& past = history[trial];
    const auto until = plan().untilStep(past.rung);
    if (!until || past.reports.back().step < *until)
        return {};
    table(history);
    return {Decision::Pause, "waits at " + nameOf(past.rung) + ": " + place(trial, past.rung)};
}

Due RungScheduler::goOnFrom(const History& history, std::size_t trial, int rung)
{
    if (std::string reason = whyHopeless(history, trial, rung); !reason.empty())
        return StopTrial{trial, std::move(reason)};
    const std::string whose = plan().isOfOneRun() ? "" : "trial " + std::to_string(trial) + " at ";
    return PromoteTrial{trial, rung + 1,
                        "goes on from " + whose + nameOf(rung) + ": " + (whose.empty() ? "" : "its ") +
                            place(trial, rung)};
}

std::string RungScheduler::whyHopeless(const History& history, std::size_t trial, int rung)
{
    if (m_leastChance == 0 || !predicts(rung) || runsOn(trial))
        return {};
    const auto prospect = m_prospects.of(history, trial, rung);
    if (!prospect || prospect->chance >= m_leastChance)
        return {};
    char text[128];
    std::snprintf(text, sizeof text,
                  ", but its reports let expect a chance of %.1f %% to beat %.4g, the best",
                  100 * prospect->chance, prospect->best);
    return "stopped at " + nameOf(rung) + ": " + place(trial, rung) + text;
}

std::string RungScheduler::notice(const History& history)
{
    table(history);
    std::string text;
    for (const auto& [rung, correlation] : m_correlations)
        if (m_misleading.contains(rung)) {
            char number[32];
            std::snprintf(number, sizeof number, "%.2f", correlation);
            text += (text.empty() ? "" : "; ") + std::string("no trial is held back at ") + nameOf(rung) +
                    ": the order there says little of the order at the end (rank correlation " + number + ")";
        }
    return text;
}

std::string RungScheduler::place(std::size_t trial, int rung) const
{
    const RankedValues& entries = m_table.rungsOf(trial)[static_cast<std::size_t>(rung)].entries;
    const std::optional<double> value = m_table.valueAt(trial, rung);
    if (!value)
        return {};
    char number[32];
    std::snprintf(number, sizeof number, "%.4g", m_sign * *value);
    return std::string(number) + " is number " + std::to_string(entries.rank({*value, trial}) + 1) + " of " +
           std::to_string(entries.size()) + " there";
}

std::string RungScheduler::nameOf(int rung) const
{
    const auto step = plan().untilStep(rung);
    return step ? "step " + std::to_string(*step) : "rung " + std::to_string(rung);
}

} // namespace widthwise
