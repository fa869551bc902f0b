// SPDX-License-Identifier: GPL-3.0-or-later
#include "search_problems.h"

#include "core/search/draws.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace widthwise::bench {

namespace {

using Json = SearchProblem::Json;
constexpr double pi = std::numbers::pi;

Json real(const std::string& name, double low, double high, bool isLog = false)
{
    return {{"name", name}, {"type", "float"}, {"low", low}, {"high", high}, {"log", isLog}};
}

Json integer(const std::string& name, int low, int high, bool isLog = false)
{
    return {{"name", name}, {"type", "int"}, {"low", low}, {"high", high}, {"log", isLog}};
}

Json cube(int dimensions, double low, double high, bool isLog = false)
{
    Json space = Json::array();
    for (int i = 0; i < dimensions; ++i)
        space.push_back(real("x" + std::to_string(i), low, high, isLog));
    return space;
}

std::vector<double> coordinates(const Json& params)
{
    std::vector<double> x;
    for (const auto& value : params)
        x.push_back(value.get<double>());
    return x;
}

/// Where a value lies between `low` and `high` on a logarithmic scale, 0 to 1.
double logPosition(const Json& params, const char* name, double low, double high)
{
    return std::log(params.at(name).get<double>() / low) / std::log(high / low);
}

double square(double x)
{
    return x * x;
}

std::optional<double> branin(const Json& params)
{
    const std::vector<double> x = coordinates(params);
    const double valley = x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6;
    return square(valley) + 10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
}

std::optional<double> hartmann6(const Json& params)
{
    static const double factors[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                         {.05, 10, 17, .1, 8, 14},
                                         {3, 3.5, 1.7, 10, 17, 8},
                                         {17, 8, .05, 10, .1, 14}};
    static const double centres[4][6] = {{.1312, .1696, .5569, .0124, .8283, .5886},
                                         {.2329, .4135, .8307, .3736, .1004, .9991},
                                         {.2348, .1451, .3522, .2883, .3047, .6650},
                                         {.4047, .8828, .8732, .5743, .1091, .0381}};
    static const double weights[4] = {1, 1.2, 3, 3.2};
    const std::vector<double> x = coordinates(params);
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
        double exponent = 0;
        for (int j = 0; j < 6; ++j)
            exponent += factors[i][j] * square(x[std::size_t(j)] - centres[i][j]);
        sum += weights[i] * std::exp(-exponent);
    }
    return -sum;
}

std::optional<double> rosenbrock(const Json& params)
{
    const std::vector<double> x = coordinates(params);
    double sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
        sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
    return std::log1p(sum);
}

/// Ackley's function about a point off the centre, its axes turned by 30° in each plane of neighbours.
std::optional<double> ackley(const Json& params)
{
    std::vector<double> x = coordinates(params);
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = 20 * (x[i] - 0.37 - 0.06 * double(i));
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
        const double before = x[i];
        x[i] = std::sqrt(0.75) * before - 0.5 * x[i + 1];
        x[i + 1] = 0.5 * before + std::sqrt(0.75) * x[i + 1];
    }
    double squares = 0, cosines = 0;
    for (const double one : x) {
        squares += square(one) / double(x.size());
        cosines += std::cos(0.6 * pi * one) / double(x.size());
    }
    return 20 - 20 * std::exp(-0.2 * std::sqrt(squares)) - std::exp(cosines) + std::exp(1.0);
}

double languageModelLoss(double u, double v)
{
    const double d = u - 0.55 - 0.4 * (v - 0.4);
    const double excess = (d > 0 ? 3.2 : 1.1) * d * d + 0.2 * square(v - 0.4);
    return 2.5 + std::min(excess, 0.8 + 0.2 * excess) +
           0.002 * randomUniform(5, std::uint64_t(12 * u + 0.5), std::uint64_t(8 * v + 0.5));
}

/// Losses over learning rate × batch size as of a table: the nearest of 13 × 9 runs counts.
std::optional<double> languageModel(const Json& params)
{
    const double u = std::round(12 * logPosition(params, "lr", 1e-4, 3e-2)) / 12;
    const double v = std::round(8 * logPosition(params, "batch", 32, 4096)) / 8;
    return languageModelLoss(u, v);
}

double leastLanguageModelLoss()
{
    double least = languageModelLoss(0, 0);
    for (int u = 0; u <= 12; ++u)
        for (int v = 0; v <= 8; ++v)
            least = std::min(least, languageModelLoss(u / 12.0, v / 8.0));
    return least;
}

/// Recurrent networks over eight parameters of an optimizer: the nearest of 1,000 runs counts, half of which
/// learn nothing.
class RecurrentNets {
public:
    RecurrentNets()
    {
        Draws draws(8, 1);
        for (int run = 0; run < 1000; ++run) {
            std::vector<double> x(8);
            for (double& coordinate : x)
                coordinate = draws.uniform();
            const double rate = x[5] - 0.45 * std::max(0.0, x[2] - 0.5) - 0.3 * (x[7] - 0.5) - 0.5;
            double loss = 1 - std::exp(-square(rate / (rate > 0 ? 0.12 : 0.25)));
            loss += 0.2 * square(x[0] - 0.6) + 0.15 * square(x[3] - 0.3) + 0.3 * std::max(0.0, x[1] - 0.6) +
                    0.5 * std::max(0.0, x[6] - 0.55) + 0.015 * draws.normal();
            if (rate > 0.15)
                loss = 1.5;
            m_runs.push_back({std::move(x), std::min(loss, 1.05 + 0.05 * draws.uniform())});
        }
    }
    double least() const { return std::ranges::min_element(m_runs, {}, &Run::loss)->loss; }
    std::optional<double> operator()(const Json& params) const
    {
        std::vector<double> x = coordinates(params);
        for (double& coordinate : x)
            coordinate = 1 + std::log10(coordinate) / 6;
        const auto distance = [&](const Run& run) {
            double sum = 0;
            for (std::size_t i = 0; i < x.size(); ++i)
                sum += square(run.x[i] - x[i]);
            return sum;
        };
        return std::ranges::min_element(m_runs, {}, distance)->loss;
    }

private:
    struct Run {
        std::vector<double> x;
        double loss;
    };
    std::vector<Run> m_runs;
};

/// The learning rate at which a network's training diverges depends on everything else; the best one lies
/// below it, not far. 28 % of random configurations diverge.
std::optional<double> divergingNet(const Json& params)
{
    const double lr = logPosition(params, "lr", 1e-5, 1e-1), batch = logPosition(params, "batch", 16, 1024);
    const double decay = logPosition(params, "decay", 1e-6, 1e-1), layers = params.at("layers").get<double>();
    const double warmup = params.at("warmup").get<double>() / 0.3;
    const double momentum = (params.at("momentum").get<double>() - 0.8) / 0.199;
    const double shift = 0.15 * (batch - 0.5) - 0.02 * (layers - 5);
    if (lr > 0.69 + 0.2 * (warmup - 0.5) + shift - 0.15 * (momentum - 0.5))
        return std::nullopt;
    return 2.2 * square(lr - 0.6 - shift) + 0.35 * square(decay - 0.45) + 0.1 * square(warmup - 0.5) +
           0.6 * square(params.at("dropout").get<double>() - 0.12) + 0.02 * square((layers - 4.6) / 3) +
           0.15 * square(batch - 0.4) + 0.3 * square(momentum - 0.6);
}

Json divergingSpace()
{
    return {real("lr", 1e-5, 1e-1, true),    real("decay", 1e-6, 1e-1, true), real("warmup", 0, 0.3),
            real("momentum", 0.8, 0.999),    real("dropout", 0, 0.5),         integer("layers", 1, 10),
            integer("batch", 16, 1024, true)};
}

/// Each optimizer has parameters and a best learning rate of its own.
std::optional<double> optimizers(const Json& params)
{
    const std::string optimizer = params.at("optimizer"), activation = params.at("activation");
    const double lr = std::log10(params.at("lr").get<double>());
    double loss = 0.03 * square(params.at("layers").get<double>() - 4.3) +
                  0.5 * square(params.at("dropout").get<double>() - 0.15);
    loss += activation == "gelu" ? 0 : activation == "silu" ? 0.02 : activation == "relu" ? 0.05 : 0.15;
    if (optimizer == "sgd")
        loss += 0.1 + 0.3 * square(lr + 0.9) + 2 * square(params.at("momentum").get<double>() - 0.9);
    else
        loss += (optimizer == "lamb" ? 0.05 : 0) + 0.3 * square(lr + (optimizer == "lamb" ? 2.4 : 3.2)) +
                30 * square(params.at("beta2").get<double>() - 0.96);
    return std::min(loss, 1 + 0.1 * loss);
}

Json optimizerSpace()
{
    Json momentum = real("momentum", 0, 0.99), beta = real("beta2", 0.9, 0.999);
    momentum["when"] = {{"param", "optimizer"}, {"in", {"sgd"}}};
    beta["when"] = {{"param", "optimizer"}, {"in", {"adam", "lamb"}}};
    return {real("lr", 1e-5, 1, true),
            {{"name", "optimizer"}, {"type", "categorical"}, {"choices", {"sgd", "adam", "lamb"}}},
            momentum,
            beta,
            {{"name", "activation"}, {"type", "categorical"}, {"choices", {"relu", "gelu", "tanh", "silu"}}},
            integer("layers", 1, 8),
            real("dropout", 0, 0.5)};
}

Json drawn(const Json& parameter, Draws& draws)
{
    if (parameter.at("type") == "categorical")
        return parameter.at("choices").at(draws.index(parameter.at("choices").size()));
    double low = parameter.at("low"), high = parameter.at("high");
    const bool isInteger = parameter.at("type") == "int", isLog = parameter.at("log");
    if (isInteger) {
        low -= isLog ? 0 : 0.5;
        high += isLog ? 0 : 0.5;
    }
    const double u = draws.uniform();
    const double value = isLog ? low * std::pow(high / low, u) : low + (high - low) * u;
    return isInteger ? Json(std::lround(value)) : Json(value);
}

/// Of so many random configurations; those that diverge are the worst.
double medianOfRandom(const SearchProblem& problem)
{
    constexpr std::size_t configurations = 2001;
    Draws draws(1, 1);
    std::vector<double> values;
    while (values.size() < configurations) {
        Json params = Json::object();
        for (const Json& parameter : problem.space) {
            const auto when = parameter.find("when");
            const auto has = [&](const Json& one) { return one == params[when->at("param")]; };
            if (when == parameter.end() || std::ranges::any_of(when->at("in"), has))
                params[parameter.at("name")] = drawn(parameter, draws);
        }
        values.push_back(problem.value(params).value_or(std::numeric_limits<double>::infinity()));
    }
    std::ranges::nth_element(values, values.begin() + configurations / 2);
    return values[configurations / 2];
}

} // namespace

double SearchProblem::regret(double reached) const
{
    return std::clamp((reached - best) / (median - best), 0.0, 1.0);
}

std::vector<SearchProblem> searchProblems()
{
    const Json rates{real("lr", 1e-4, 3e-2, true), integer("batch", 32, 4096, true)};
    const RecurrentNets nets;
    std::vector<SearchProblem> problems{
        {"Branin", {real("x0", -5, 10), real("x1", 0, 15)}, branin, 0.3978873577},
        {"Hartmann 6", cube(6, 0, 1), hartmann6, -3.32236801},
        {"Rosenbrock 4", cube(4, -2, 2), rosenbrock},
        {"Ackley 5, turned", cube(5, 0, 1), ackley},
        {"language model", rates, languageModel, leastLanguageModelLoss()},
        {"recurrent nets", cube(8, 1e-6, 1, true), nets, nets.least()},
        {"diverging net", divergingSpace(), divergingNet, 0.02 * square(0.4 / 3)},
        {"optimizers", optimizerSpace(), optimizers, 0.03 * square(0.3)}};
    for (SearchProblem& problem : problems)
        problem.median = medianOfRandom(problem);
    return problems;
}

} // namespace widthwise::bench
