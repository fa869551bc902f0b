// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_store.h"

#include "core/experiment/experiment_file.h"
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace widthwise::bench {
namespace {

constexpr const char* yaml = R"(name: planted
objective: {metric: val/loss, direction: minimize}
trial:
  command: "true --lr {max_lr} --width {width}"
space:
  max_lr: {type: float, low: 1e-5, high: 1e-1, scale: log}
  width: {type: categorical, values: [64, 128, 256]}
search: {algorithm: random}
budget: {trials: 1000}
)";

TimePoint at(std::int64_t seconds)
{
    return TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
}

Trial trialOf(int number, std::mt19937& random)
{
    Trial trial;
    trial.number = number;
    trial.configuration.set("max_lr", std::pow(10.0, std::uniform_real_distribution<double>(-5, -1)(random)));
    trial.configuration.set("width", std::int64_t{64} << (random() % 3));
    trial.state = TrialState::Completed;
    trial.created = at(0);
    trial.queued = trial.started = at(number);
    trial.finished = at(number + 600);
    trial.device = "cpu";
    return trial;
}

/// A loss that falls from about `start` to `end`, with noise.
std::vector<Point> curve(int points, double start, double end, std::mt19937& random)
{
    std::vector<Point> curve;
    curve.reserve(static_cast<std::size_t>(points));
    std::uniform_real_distribution<double> noise(-0.05, 0.05);
    for (int i = 0; i < points; ++i) {
        const double done = static_cast<double>(i) / points;
        curve.push_back(
            {static_cast<std::int64_t>(10 * i), end + (start - end) * std::exp(-5 * done) + noise(random)});
    }
    return curve;
}

void plantTrial(Database& database, std::int64_t experiment, int number, const PlantedStore& shape,
                std::mt19937& random)
{
    constexpr std::ptrdiff_t batch = 2500;
    Trials trials(database);
    SeriesTable series(database);
    Trial trial = trialOf(number, random);
    const std::int64_t id = trials.save(experiment, trial);
    for (const std::string& metric : shape.metrics) {
        const double end = std::uniform_real_distribution<double>(0.2, 1)(random);
        const std::vector<Point> points = curve(shape.points, 2, end, random);
        for (auto first = points.begin(); first != points.end();) {
            const auto last = first + std::min(batch, points.end() - first);
            series.append(id, {{metric, {first, last}}});
            first = last;
        }
        trial.objective = end;
    }
    trial.lastStep = trial.objectiveStep = 10 * (shape.points - 1);
    trials.save(experiment, trial);
}

} // namespace

std::int64_t plant(const std::string& storeFile, const PlantedStore& shape)
{
    Database database(storeFile);
    ExperimentRecord record;
    record.name = shape.name;
    record.yaml = toYaml(parseExperiment(yaml));
    record.baseDirectory = "/";
    record.state = ExperimentState::Completed;
    record.created = at(0);
    const std::int64_t experiment = Experiments(database).add(record);
    std::mt19937 random(1);
    for (int number = 0; number < shape.trials;) {
        Transaction transaction(database);
        for (const int end = std::min(number + 20, shape.trials); number < end; ++number)
            plantTrial(database, experiment, number, shape, random);
        transaction.commit();
    }
    return experiment;
}

} // namespace widthwise::bench
