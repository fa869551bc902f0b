// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/simulation.h"

#include "core/experiment/driver.h"
#include "core/experiment/progress.h"
#include "core/experiment/rungs.h"
#include "core/search/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>

namespace widthwise {

namespace {

constexpr std::uint64_t lossStream = 0x6c6f7374; ///< of random numbers; "lost"
constexpr std::uint64_t noiseStream = 0x6e6f6973;

std::chrono::milliseconds inMilliseconds(Seconds time)
{
    return std::chrono::ceil<std::chrono::milliseconds>(time);
}

class Simulation {
public:
    Simulation(const Experiment& experiment, const SimulatedTrials& trials)
        : m_experiment(experiment), m_trials(trials),
          m_driver(experiment, ExperimentState::Ready, {}, m_start)
    {
    }

    SimulationResult run(std::int64_t mostEvents)
    {
        handle(event::Ticked{});
        while (!m_queue.empty() && m_result.events < mostEvents && !m_driver.finished())
            step();
        m_result.state = m_driver.state();
        m_result.trials = m_driver.trials();
        m_result.duration = m_now - m_start;
        m_result.deviceHours = deviceHours();
        m_result.notice = m_driver.notice();
        return std::move(m_result);
    }

private:
    enum class Kind { Start, Report, Exit };
    /// Time, then the order in which it was planned; then what happens to which attempt of which trial.
    using Planned = std::tuple<TimePoint, std::int64_t, Kind, int, int>;
    struct Process {
        int attempt = 0; ///< 0: none
        std::int64_t step = 0;
        std::int64_t until = 0;
        std::int64_t lostAt = std::numeric_limits<std::int64_t>::max();
        std::int64_t failsAfter = std::numeric_limits<std::int64_t>::max();
        Seconds stepTime{};
        TrialExit exit;
    };

    const Trial& trial(int number) const { return m_driver.trials()[static_cast<std::size_t>(number)]; }

    void plan(Seconds in, Kind kind, int number)
    {
        const int attempt = m_processes[static_cast<std::size_t>(number)].attempt;
        m_queue.push({m_now + inMilliseconds(in), m_planned++, kind, number, attempt});
    }

    void handle(const Event& event)
    {
        ++m_result.events;
        for (const Action& action : m_driver.handle(event, m_now)) {
            if (const auto* launch = std::get_if<action::Launch>(&action))
                begin(launch->trial, launch->fromCheckpoint);
            else if (const auto* stop = std::get_if<action::RequestStop>(&action);
                     stop && m_processes[static_cast<std::size_t>(stop->trial)].attempt > 0)
                end(stop->trial, {});
            else if (const auto* state = std::get_if<action::SetState>(&action))
                m_result.reason = state->reason;
        }
    }

    void begin(int number, bool fromCheckpoint)
    {
        ++m_running;
        if (static_cast<std::size_t>(number) >= m_processes.size() && m_now > m_start)
            m_result.busy = m_taken / (m_experiment.resources.parallel * Seconds(m_now - m_start));
        m_processes.resize(m_driver.trials().size());
        Process& process = m_processes[static_cast<std::size_t>(number)];
        const Trial& planned = trial(number);
        process.attempt = planned.attempt;
        process.step = fromCheckpoint ? process.step : copiedAt(m_experiment, planned).value_or(0);
        process.until = std::min(m_trials.length, planned.untilStep.value_or(m_trials.length));
        process.stepTime = m_trials.stepTime(planned.configuration);
        process.failsAfter =
            m_trials.failsAfter(planned.configuration).value_or(std::numeric_limits<std::int64_t>::max());
        process.exit = {};
        const auto place = static_cast<std::uint64_t>(m_result.launches++);
        const double chance = randomUniform(m_trials.seed, lossStream, place);
        const auto steps = static_cast<double>(process.until - process.step);
        process.lostAt = chance < m_trials.lostRate
                             ? process.step + static_cast<std::int64_t>(chance / m_trials.lostRate * steps)
                             : std::numeric_limits<std::int64_t>::max();
        plan(m_trials.startTime, Kind::Start, number);
    }

    /// What its program says; the place is free a little later.
    void end(int number, TrialExit exit)
    {
        Process& process = m_processes[static_cast<std::size_t>(number)];
        process.exit = std::move(exit);
        process.attempt = -process.attempt; // what was planned for it is void
        plan(m_trials.startTime, Kind::Exit, number);
    }

    void step()
    {
        const auto [time, order, kind, number, attempt] = m_queue.top();
        m_queue.pop();
        Process& process = m_processes[static_cast<std::size_t>(number)];
        if (process.attempt != attempt)
            return;
        m_taken += Seconds(time - m_now) * m_running;
        m_now = time;
        if (kind == Kind::Start) {
            handle(event::Started{number, "simulated"});
            proceed(number);
        } else if (kind == Kind::Report) {
            report(number);
        } else {
            process.attempt = 0;
            --m_running;
            handle(event::Exited{number, process.exit});
        }
    }

    void proceed(int number)
    {
        const Process& process = m_processes[static_cast<std::size_t>(number)];
        if (process.attempt <= 0)
            return;
        if (process.step >= process.until)
            return end(number, {});
        const std::int64_t steps = nextStop(process) - process.step;
        plan(process.stepTime * static_cast<double>(steps), Kind::Report, number);
    }

    std::int64_t nextStep(const Process& process) const
    {
        const std::int64_t due = (process.step / m_trials.reportEvery + 1) * m_trials.reportEvery;
        return std::min(due, process.until);
    }

    /// Where it comes to, perhaps without a report.
    std::int64_t nextStop(const Process& process) const
    {
        const std::int64_t next = nextStep(process);
        return next > process.failsAfter ? std::max(process.failsAfter, process.step) + 1 : next;
    }

    void report(int number)
    {
        Process& process = m_processes[static_cast<std::size_t>(number)];
        if (nextStep(process) >= process.lostAt)
            return end(number, {TrialExit::Kind::Interrupted, "its machine was lost"});
        if (nextStop(process) > process.failsAfter)
            return end(number, {TrialExit::Kind::Failed, "as the one failed that it goes like"});
        process.step = nextStep(process);
        const std::uint64_t noise =
            randomBits(m_trials.seed, noiseStream, static_cast<std::uint64_t>(number));
        const std::optional<double> value =
            m_trials.objective(trial(number).configuration, process.step, noise);
        handle(
            event::Reported{number, process.step, value.value_or(std::numeric_limits<double>::quiet_NaN())});
        noteBest();
        proceed(number);
    }

    void noteBest()
    {
        const Trial* best = m_driver.best();
        if (!best ||
            (!m_result.improvements.empty() && *best->objective == m_result.improvements.back().value))
            return;
        m_result.improvements.push_back(
            {m_now - m_start, deviceHours(), static_cast<int>(m_driver.trials().size()), *best->objective});
    }

    double deviceHours() const { return m_driver.deviceHours(m_now); }

    const TimePoint m_start{std::chrono::days(1)};
    TimePoint m_now = m_start;
    const Experiment& m_experiment;
    const SimulatedTrials& m_trials;
    Driver m_driver;
    std::vector<Process> m_processes;
    std::priority_queue<Planned, std::vector<Planned>, std::greater<>> m_queue;
    std::int64_t m_planned = 0;
    int m_running = 0;
    Seconds m_taken{}; ///< by trials, of all places
    SimulationResult m_result;
};

} // namespace

SimulationResult simulate(const Experiment& experiment, const SimulatedTrials& trials,
                          std::int64_t mostEvents)
{
    return Simulation(experiment, trials).run(mostEvents);
}

} // namespace widthwise
