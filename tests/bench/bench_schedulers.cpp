// SPDX-License-Identifier: GPL-3.0-or-later
// What schedulers reach with the time of 50 whole trainings, beside Optuna's pruners on the same recorded
// learning curves and seeds; both speak the protocol of `suggest --stdio`. First what their gate by
// extrapolation stops. A regret is 0 at the least value of all and 1 at the median of trainings; the ± is a
// 95 % interval of the mean over problems.
//   SCHEDULER_SEEDS=20 tests/bench/run schedulers     more seeds than 3
#include "core/schedule/prospects.h"
#include "core/search/draws.h"

#include "curve_problems.h"
#include "peer.h"
#include "report.h"
#include "suggesting.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <thread>

using namespace widthwise;
using namespace widthwise::bench;

namespace {

using Json = CurveProblem::Json;
constexpr int wholeTrainings = 50;

/// A search in simulated time, with so many places for trials that each take between half as long and one
/// and a half times as long as the mean.
class Search {
public:
    Search(const Contender& contender, const CurveProblem& problem, int seed, int workers)
        : m_problem(problem), m_suggest(contender.command), m_durations(std::uint64_t(seed), 77),
          m_free(workers)
    {
        m_suggest({{"cmd", "init"},
                   {"version", 1},
                   {"seed", seed},
                   {"direction", "minimize"},
                   {"space", problem.space()},
                   {"max_parallel", workers},
                   {"max_trials", wholeTrainings},
                   {"fidelity", {{"name", "step"}, {"min", 1}, {"max", CurveProblem::steps}}},
                   {"algorithm", contender.algorithm}});
    }

    /// The least value that was reported.
    double run()
    {
        while (m_steps < wholeTrainings * CurveProblem::steps) {
            fill();
            if (m_running.empty())
                break;
            const Running next = m_running.top();
            m_running.pop();
            m_now = next.at;
            ++m_steps;
            proceed(next.trial);
        }
        return m_best;
    }

private:
    struct Trial {
        std::vector<double> curve;
        int step = 0;
        int until = 0;
        double stepTime = 1;
    };
    struct Running {
        double at; ///< when it takes its next step
        int trial;
        bool operator>(const Running& other) const
        {
            return std::pair(at, trial) > std::pair(other.at, other.trial);
        }
    };

    void fill()
    {
        for (; m_free > 0; --m_free) {
            const Json asked = m_suggest({{"cmd", "ask"}}).at("trial");
            if (asked.is_null())
                return;
            const int id = asked.at("id");
            if (!m_trials.contains(id))
                m_trials[id] = {m_problem.curveOf(asked.at("params")), 0, 0, 0.5 + m_durations.uniform()};
            m_trials[id].until = asked.value("target_step", CurveProblem::steps);
            m_running.push({m_now + m_trials[id].stepTime, id});
        }
    }

    void proceed(int id)
    {
        Trial& trial = m_trials[id];
        const double value = trial.curve[std::size_t(trial.step++)];
        m_best = std::min(m_best, value);
        const std::string decision =
            m_suggest({{"cmd", "report"}, {"id", id}, {"step", trial.step}, {"value", value}}).at("decision");
        if (trial.step == CurveProblem::steps)
            return tell(id, "complete", value);
        if (decision == "stop")
            return tell(id, "pruned", value);
        if (decision == "pause" || trial.step == trial.until)
            return tell(id, "paused", value);
        m_running.push({m_now + trial.stepTime, id});
    }

    void tell(int id, const char* state, double value)
    {
        m_suggest(
            {{"cmd", "tell"}, {"id", id}, {"state", state}, {"step", m_trials[id].step}, {"value", value}});
        ++m_free;
    }

    const CurveProblem& m_problem;
    Suggesting m_suggest;
    Draws m_durations;
    int m_free;
    int m_steps = 0;
    double m_now = 0;
    double m_best = std::numeric_limits<double>::infinity();
    std::map<int, Trial> m_trials;
    std::priority_queue<Running, std::vector<Running>, std::greater<>> m_running;
};

/// By problem, then by seed.
using Regrets = std::vector<std::vector<double>>;

Regrets searches(const Contender& contender, const std::vector<CurveProblem>& problems, int seeds,
                 int workers)
{
    Regrets regrets(problems.size(), std::vector<double>(std::size_t(seeds)));
    std::atomic<int> next = 0;
    const auto work = [&] {
        for (int i = next++; i < seeds * int(problems.size()); i = next++) {
            const std::size_t problem = std::size_t(i / seeds), seed = std::size_t(i % seeds);
            regrets[problem][seed] =
                problems[problem].regret(Search(contender, problems[problem], int(seed) + 1, workers).run());
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    return regrets;
}

/// Over problems; the interval is that of the mean over seeds.
Mean meanRegret(const Regrets& regrets)
{
    std::vector<double> means(regrets.front().size(), 0.0);
    for (const std::vector<double>& problem : regrets)
        for (std::size_t seed = 0; seed < means.size(); ++seed)
            means[seed] += problem[seed] / double(regrets.size());
    return meanOf(means);
}

std::vector<Contender> contenders()
{
    std::vector<Contender> all;
    for (const char* sampler : {"random", "auto"})
        for (const char* scheduler : {"none", "median", "asha", "asha_promotion", "sha", "hyperband"})
            all.push_back({std::string(scheduler) + " + " + sampler,
                           ourSuggest(),
                           {{"sampler", sampler}, {"scheduler", scheduler}}});
    return all;
}

std::vector<Contender> peers()
{
    const QStringList optuna = optunaSuggest();
    if (optuna.isEmpty())
        return {};
    std::vector<Contender> all;
    for (const char* scheduler : {"none", "median", "asha"})
        all.push_back({"Optuna TPE, " + std::string(scheduler),
                       optuna,
                       {{"sampler", "tpe"}, {"scheduler", scheduler}}});
    return all;
}

Json drawnParams(Draws& draws)
{
    Json params = Json::object();
    for (int i = 0; i < 8; ++i)
        params["x" + std::to_string(i)] = std::pow(10, 6 * (draws.uniform() - 1));
    return params;
}

/// What the gate by extrapolation did among random trainings one after another.
struct Gate {
    int trainings = 0;
    int stopped = 0;
    int winners = 0; ///< which ended better than all before
    int winnersStopped = 0;
    int questions = 0;
    double seconds = 0;
};

void search(const CurveProblem& problem, std::uint64_t seed, Gate& gate)
{
    constexpr int trainings = 60;
    constexpr double leastChance = 0.05;
    const RungPlan plan = rungsOfOneRun(3, CurveProblem::steps, 3);
    RungTable table(plan, Direction::Minimize, ObjectiveValue::Last);
    Prospects prospects(plan, Direction::Minimize, ObjectiveValue::Last);
    History history;
    Draws draws(seed, 1);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < trainings; ++i) {
        const std::vector<double>& curve = problem.curveOf(drawnParams(draws));
        PastTrial trial{.state = PastTrial::State::Paused, .value = curve.back(), .rung = plan.highest()};
        for (std::size_t step = 1; step <= curve.size(); ++step)
            trial.reports.push_back({std::int64_t(step), curve[step - 1]});
        history.push_back(trial);
        table.update(history);
        prospects.update(history, table);
        const double begin = cpuSeconds();
        bool isStopped = false;
        for (int rung = 1; rung < plan.highest(); ++rung, ++gate.questions)
            if (const auto chance = prospects.of(history, i, rung))
                isStopped = isStopped || chance->chance < leastChance;
        gate.seconds += cpuSeconds() - begin;
        ++gate.trainings;
        gate.stopped += isStopped;
        gate.winners += curve.back() < best;
        gate.winnersStopped += isStopped && curve.back() < best;
        best = std::min(best, curve.back());
        history.change(i).state = PastTrial::State::Ended;
    }
}

void measureProspects(const CurveProblem& problem)
{
    Gate gate;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
        search(problem, seed, gate);
    const std::string figure = "prospects, " + problem.name() + ": ";
    report({figure + "trials stopped", 100.0 * gate.stopped / gate.trainings, "%"});
    report({figure + "winners stopped", 100.0 * gate.winnersStopped / gate.winners, "%", {}, atMost(5)});
    report({figure + "a question", 1e3 * gate.seconds / gate.questions, "ms CPU", {}, atMost(1)});
}

/// Those that are to reach .28 with 8 workers.
bool hasTarget(const std::string& name, int workers)
{
    return workers == 8 && (name == "asha + auto" || name == "hyperband + auto");
}

} // namespace

int main()
{
    const char* count = std::getenv("SCHEDULER_SEEDS");
    const int seeds = count ? std::max(1, std::atoi(count)) : 3;
    const std::vector<CurveProblem> problems = curveProblems();
    for (const CurveProblem& problem : problems)
        measureProspects(problem);
    for (const int workers : {1, 8, 96}) {
        std::optional<Reference> best;
        const auto measure = [&](const Contender& contender, const std::optional<Target>& target) {
            const Mean mean = meanRegret(searches(contender, problems, seeds, workers));
            report({"schedulers, " + std::to_string(workers) + ": " + contender.name, mean.value,
                    intervalText(mean), best, target});
            return mean.value;
        };
        std::optional<Reference> lowest;
        for (const Contender& peer : peers())
            if (const double value = measure(peer, {}); !lowest || value < lowest->value)
                lowest = Reference{peer.name, value};
        best = lowest;
        for (const Contender& contender : contenders())
            measure(contender,
                    hasTarget(contender.name, workers) ? std::optional(atMost(0.28)) : std::nullopt);
    }
}
