// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner_loop.h"

#include "core/experiment/rungs.h"
#include "core/run/point_sieve.h"
#include "core/schedule/schedulers.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

/// Of one trial's metrics in one turn; more than the longest line that a collector takes for one.
constexpr std::int64_t readLimit = std::int64_t{4} << 20;
/// A scheduler that stops trials decides on what was read: each second that it does not know costs devices.
/// What the driver itself decides (a trial diverged, the goal is reached) may wait for the pause of a site.
constexpr std::chrono::milliseconds schedulerPause = 5s;

} // namespace

void Runner::Loop::follow(int trial)
{
    if (m_running.contains(trial))
        return;
    const Trial& state = m_driver->trials()[static_cast<std::size_t>(trial)];
    ReadPosition position = SeriesTable(m_database).readPosition(m_ids.at(trial)).value_or(ReadPosition{});
    const bool isNew = std::exchange(position.attempt, state.attempt) != state.attempt || !state.lastStep;
    m_running.emplace(
        trial,
        RunningTrial{{m_experiment.trial.collector, placeOf(trial).trialDirectory, position}, {}, isNew});
}

/// Who begins to look on is not kept waiting.
void Runner::Loop::setWatches(std::vector<Watch> watches)
{
    const auto isNew = [this, wasWatched = isWatched()](const Watch& watch) {
        return !wasWatched || std::ranges::find(m_watches, watch.trial, &Watch::trial) == m_watches.end();
    };
    if (std::ranges::any_of(watches, isNew))
        m_readAt = SteadyClock::now();
    m_watches = std::move(watches);
}

bool Runner::Loop::isWatched() const
{
    return std::ranges::any_of(m_watches,
                               [now = m_clock.now()](const Watch& watch) { return watch.until > now; });
}

std::chrono::milliseconds Runner::Loop::readPause() const
{
    std::chrono::milliseconds pause = m_options.readPause;
    if (m_options.idlePause && !isWatched())
        pause = *m_options.idlePause;
    return readsReports(m_experiment.schedule)
               ? std::min(pause, std::max(schedulerPause, m_options.readPause))
               : pause;
}

void Runner::Loop::read()
{
    const bool anyEnded = std::any_of(m_running.begin(), m_running.end(),
                                      [](const auto& running) { return running.second.exit; });
    const bool urgent = (m_backlog || anyEnded) && m_hostNotice.empty();
    if (!urgent && SteadyClock::now() < m_readAt)
        return;
    m_readAt = SteadyClock::now() + readPause();
    std::vector<FileRequest> requests;
    std::vector<std::size_t> counts;
    for (auto& [trial, running] : m_running) {
        std::vector<FileRequest> own = running.reader.requests(readLimit, running.exit.has_value());
        counts.push_back(own.size());
        std::ranges::move(own, std::back_inserter(requests));
    }
    const std::size_t metrics = requests.size();
    const std::vector<OutputRequest> outputs = outputsToRead();
    for (const OutputRequest& output : outputs)
        requests.push_back(m_outputs.at(output.trial).request(output.whole));
    try {
        const std::vector<std::optional<FileSlice>> slices = m_host.readFiles(requests);
        m_hostNotice.clear();
        takeOutputs(outputs, std::span(slices).subspan(metrics));
        takeMetrics(std::span(slices).first(metrics), counts);
    } catch (const HostError& error) { // what cannot be read now is read as soon as it can be
        m_hostNotice = error.what();
        m_backlog = false;
        m_readAt = SteadyClock::now() + m_options.readPause;
    }
}

/// On another machine: of the trials that are looked at, and once more of those that have ended.
std::vector<Runner::Loop::OutputRequest> Runner::Loop::outputsToRead()
{
    if (!m_host.link())
        return {};
    std::set<int> trials;
    for (const Watch& watch : m_watches)
        if (watch.until > m_clock.now() && m_ids.contains(watch.trial))
            trials.insert(watch.trial);
    for (const auto& [trial, running] : m_running)
        if (running.exit)
            trials.insert(trial);
    std::vector<OutputRequest> requests;
    for (const int trial : trials) {
        const int attempt = m_driver->trials()[static_cast<std::size_t>(trial)].attempt;
        const auto known = m_outputs.find(trial);
        if (known == m_outputs.end() || known->second.attempt() != attempt)
            m_outputs.insert_or_assign(trial, OutputReader(placeOf(trial).trialDirectory, attempt));
        const auto running = m_running.find(trial);
        requests.push_back({trial, running != m_running.end() && running->second.exit});
    }
    return requests;
}

void Runner::Loop::takeOutputs(const std::vector<OutputRequest>& asked,
                               std::span<const std::optional<FileSlice>> slices)
{
    for (std::size_t i = 0; i < asked.size(); ++i) {
        OutputReader& reader = m_outputs.at(asked[i].trial);
        reader.take(slices[i], asked[i].whole, m_clock.now());
        if (asked[i].whole || reader.hasNews())
            m_turn.outputs[asked[i].trial] = reader.takeNews();
    }
}

/// `counts`: how many of them are for each running trial.
void Runner::Loop::takeMetrics(std::span<const std::optional<FileSlice>> slices,
                               const std::vector<std::size_t>& counts)
{
    m_backlog = false;
    auto count = counts.begin();
    for (auto next = m_running.begin(); next != m_running.end(); ++count) {
        const auto [trial, running] = std::tie(next->first, next->second);
        running.reader.take(slices.first(*count));
        slices = slices.subspan(*count);
        report(trial, running);
        const bool over = running.exit && running.reader.drained();
        m_backlog |= !running.reader.drained();
        if (over)
            handle(event::Exited{trial, *running.exit});
        next = over ? m_running.erase(next) : std::next(next);
    }
}

void Runner::Loop::report(int trial, RunningTrial& running)
{
    if (!running.reader.hasNews())
        return;
    auto points = running.reader.takePoints();
    if (const auto objective = points.find(m_experiment.objective.metric);
        objective != points.end() && !objective->second.empty() && std::exchange(running.isNew, false) &&
        !running.reader.hasStartedOver())
        if (const auto notice = whereItBegan(trial, objective->second.front().step))
            running.reader.note({*notice});
    SeriesTable table(m_database);
    running.reader.note(sift(table, m_ids.at(trial), points));
    handle(event::Noticed{trial, running.reader.notices()});
    if (const auto objective = points.find(m_experiment.objective.metric); objective != points.end())
        for (const Point& point : objective->second)
            handle(event::Reported{trial, point.step, point.value});
    m_turn.points[trial] = std::move(points);
    m_turn.positions[trial] = running.reader.position();
}

/// Empty where an attempt whose first value is of step `first` goes on from its checkpoint as it should.
std::optional<Notice> Runner::Loop::whereItBegan(int trial, std::int64_t first)
{
    const Trial& state = m_driver->trials()[static_cast<std::size_t>(trial)];
    Notice notice{Notice::Kind::BeganAgain, 1, m_experiment.objective.metric, "step 0", {}};
    if (const auto step = copiedAt(m_experiment, state); step && !state.lastStep) {
        notice.text = "it was to go on from step " + std::to_string(*step) + " of trial " +
                      std::to_string(*state.promotedFrom) +
                      ", but there was no checkpoint, or its program does not read WIDTHWISE_START_FROM";
        return first <= *step ? std::optional(notice) : std::nullopt;
    }
    const bool isInterrupted =
        state.interruptions > 0 && state.checkpointBytes != 0; // and goes back a little
    if (!state.continues || !state.lastStep || isInterrupted)
        return std::nullopt;
    SeriesTable table(m_database);
    for (const SeriesSummary& summary : table.ofTrial(m_ids.at(trial)))
        if (summary.metric == m_experiment.objective.metric && summary.count > 0 &&
            first <= table.read(summary.id).steps.front()) {
            notice.text = state.checkpointBytes == 0 ? "there was no checkpoint"
                                                     : "there was no checkpoint, or its program does not "
                                                       "read WIDTHWISE_CHECKPOINT";
            return notice;
        }
    return std::nullopt;
}

} // namespace widthwise
