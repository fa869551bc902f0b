// SPDX-License-Identifier: GPL-3.0-or-later
// What search algorithms reach in so many trials, beside Optuna's samplers on the same problems and seeds;
// both speak the protocol of `suggest --stdio`. A regret is 0 at the least value known and 1 at the median of
// random configurations; the ± is a 95 % interval of the mean over problems. Then what a proposal costs.
//   SEARCH_SEEDS=20 tests/bench/run search     more seeds than 3
#include "core/search/algorithms.h"
#include "core/search/draws.h"

#include "peer.h"
#include "report.h"
#include "search_problems.h"
#include "suggesting.h"

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <queue>
#include <thread>
#include <utility>

using namespace widthwise;
using namespace widthwise::bench;

namespace {

using Json = SearchProblem::Json;

constexpr std::array<int, 4> marks{20, 50, 100, 200};
constexpr int trials = 200;
constexpr int early = 50; ///< trials of which failures are counted

struct Outcome {
    std::array<double, marks.size()> regrets{}; ///< at the marks
    int earlyFailures = 0;
};

/// A search in simulated time: `workers` trials at a time, each of which takes between half as long and one
/// and a half times as long as the mean.
Outcome search(const Contender& contender, const SearchProblem& problem, int seed, int workers)
{
    Suggesting suggest(contender.command);
    suggest({{"cmd", "init"},
             {"version", 1},
             {"seed", seed},
             {"direction", "minimize"},
             {"space", problem.space},
             {"max_parallel", workers},
             {"max_trials", trials},
             {"fidelity", nullptr},
             {"algorithm", contender.algorithm}});
    struct Running {
        double until;
        int id;
        std::optional<double> value;
        bool operator>(const Running& other) const { return until > other.until; }
    };
    std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
    Draws durations(std::uint64_t(seed), 77);
    Outcome outcome;
    double now = 0, best = std::numeric_limits<double>::infinity();
    int asked = 0;
    for (int ended = 0; ended < trials;) {
        for (; asked < trials && std::cmp_less(running.size(), workers); ++asked) {
            const Json trial = suggest({{"cmd", "ask"}}).at("trial");
            running.push(
                {now + 0.5 + durations.uniform(), trial.at("id"), problem.value(trial.at("params"))});
        }
        const Running next = running.top();
        running.pop();
        now = next.until;
        Json told{{"cmd", "tell"}, {"id", next.id}, {"state", next.value ? "complete" : "failed"}};
        told["value"] = next.value ? Json(*next.value) : Json(nullptr);
        suggest(told);
        if (next.value)
            best = std::min(best, *next.value);
        else if (ended < early)
            ++outcome.earlyFailures;
        ++ended;
        for (std::size_t i = 0; i < marks.size(); ++i)
            if (ended == marks[i])
                outcome.regrets[i] = std::isfinite(best) ? problem.regret(best) : 1;
    }
    return outcome;
}

/// By problem, then by seed.
using Outcomes = std::vector<std::vector<Outcome>>;

Outcomes searches(const Contender& contender, const std::vector<SearchProblem>& problems, int seeds,
                  int workers)
{
    Outcomes outcomes(problems.size(), std::vector<Outcome>(std::size_t(seeds)));
    std::atomic<int> next = 0;
    const auto work = [&] {
        for (int i = next++; i < seeds * int(problems.size()); i = next++) {
            const std::size_t problem = std::size_t(i / seeds), seed = std::size_t(i % seeds);
            outcomes[problem][seed] = search(contender, problems[problem], int(seed) + 1, workers);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    return outcomes;
}

/// Over problems; the interval is that of the mean over seeds.
Mean regretAt(const Outcomes& outcomes, std::size_t mark)
{
    const std::size_t seeds = outcomes.front().size();
    std::vector<double> means(seeds, 0.0);
    for (const std::vector<Outcome>& problem : outcomes)
        for (std::size_t seed = 0; seed < seeds; ++seed)
            means[seed] += problem[seed].regrets[mark] / double(outcomes.size());
    return meanOf(means);
}

/// In how many percent of problems and seeds `a` ends lower than `b`; equal ones count half.
double winsOf(const Outcomes& a, const Outcomes& b)
{
    double wins = 0, all = 0;
    for (std::size_t problem = 0; problem < a.size(); ++problem)
        for (std::size_t seed = 0; seed < a[problem].size(); ++seed, ++all) {
            const double here = a[problem][seed].regrets.back(), there = b[problem][seed].regrets.back();
            wins += here < there ? 1 : here == there ? 0.5 : 0;
        }
    return 100 * wins / all;
}

double earlyFailures(const Outcomes& outcomes, const std::vector<SearchProblem>& problems)
{
    double sum = 0;
    for (std::size_t i = 0; i < problems.size(); ++i)
        if (problems[i].name == "diverging net")
            for (const Outcome& outcome : outcomes[i])
                sum += outcome.earlyFailures / double(outcomes[i].size());
    return sum;
}

const Contender automatic{"auto", ourSuggest(), {{"sampler", "auto"}}};

std::vector<Contender> peers()
{
    const QStringList optuna = optunaSuggest();
    if (optuna.isEmpty())
        return {};
    return {{"Optuna TPE", optuna, {{"sampler", "tpe"}}},
            {"Optuna CMA-ES", optuna, {{"sampler", "cmaes"}}},
            {"Optuna random", optuna, {{"sampler", "random"}}}};
}

void compare(const std::vector<SearchProblem>& problems, int seeds)
{
    const Outcomes ours = searches(automatic, problems, seeds, 1);
    std::map<std::string, Outcomes> others;
    for (const Contender& peer : peers())
        others[peer.name] = searches(peer, problems, seeds, 1);
    const double targets[marks.size()] = {0.29, 0.155, 0.115, 0.080};
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const Mean mean = regretAt(ours, i);
        const std::string figure = "search: regret after " + std::to_string(marks[i]);
        report({figure, mean.value, intervalText(mean), {}, atMost(targets[i])});
        for (const auto& [name, outcomes] : others)
            report({figure, mean.value, intervalText(mean), Reference{name, regretAt(outcomes, i).value},
                    ratioAtMost(1)});
    }
    for (const auto& [name, outcomes] : others)
        report({"search: lower after 200 than " + name, winsOf(ours, outcomes), "%", {}, atLeast(50)});
    std::optional<Reference> failing;
    if (const auto tpe = others.find("Optuna TPE"); tpe != others.end())
        failing = Reference{tpe->first, earlyFailures(tpe->second, problems)};
    report(
        {"search: failures of the first 50", earlyFailures(ours, problems), "trials", failing, atMost(12)});
    for (std::size_t i = 0; i < problems.size(); ++i) {
        std::optional<Reference> cmaes;
        if (const auto found = others.find("Optuna CMA-ES"); found != others.end())
            cmaes = Reference{found->first, regretAt({found->second[i]}, marks.size() - 1).value};
        report({"search: after 200, " + problems[i].name, regretAt({ours[i]}, marks.size() - 1).value, "",
                cmaes});
    }
    const Mean wide = regretAt(searches(automatic, problems, seeds, 96), marks.size() - 1);
    report({"search: regret after 200, 96 workers", wide.value, intervalText(wide), {}, atMost(0.20)});
}

SearchSpace eightDimensions()
{
    std::vector<Parameter> parameters;
    for (int i = 0; i < 8; ++i)
        parameters.push_back({"x" + std::to_string(i), FloatRange{1e-6, 1, Scale::Log, {}}, {}, {}});
    return SearchSpace(parameters);
}

/// CPU milliseconds for a proposal where so many trials have ended.
double proposalCost(const char* algorithm, std::size_t ended)
{
    constexpr int proposals = 20;
    const SearchSpace space = eightDimensions();
    History history;
    const auto random = makeSearchAlgorithm({"random"}, space, Direction::Minimize, 1);
    while (history.size() < ended) {
        const Configuration drawn = std::get<Configuration>(random->propose(history));
        double value = 0;
        for (const auto& [name, x] : drawn.entries())
            value += std::abs(std::log10(std::get<double>(x)) + 3);
        history.push_back({drawn, PastTrial::State::Ended, value, {}, 0});
    }
    const auto search = makeSearchAlgorithm({algorithm}, space, Direction::Minimize, 1);
    const double begin = cpuSeconds();
    for (int i = 0; i < proposals; ++i) {
        const Proposal proposal = search->propose(history);
        history.push_back({std::get<Configuration>(proposal), PastTrial::State::Ended, 1.0, {}, 0});
    }
    return 1e3 * (cpuSeconds() - begin) / proposals;
}

} // namespace

int main()
{
    const char* seeds = std::getenv("SEARCH_SEEDS");
    compare(searchProblems(), seeds ? std::max(1, std::atoi(seeds)) : 3);
    report(
        {"search: auto, a proposal at 1,000 trials", proposalCost("auto", 1000), "ms CPU", {}, atMost(50)});
    report({"search: auto, a proposal at 10,000 trials", proposalCost("auto", 10'000), "ms CPU"});
    report({"search: gp, a proposal at 1,000 trials", proposalCost("gp", 1000), "ms CPU"});
    report(
        {"search: tpe, a proposal at 10,000 trials", proposalCost("tpe", 10'000), "ms CPU", {}, atMost(20)});
}
