// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/test_store.h"

#include <cmath>

namespace widthwise::ui {

namespace {

constexpr const char* text = R"(name: test
objective: {metric: val/loss, direction: minimize}
trial:
  command: "true {lr} {width}"
space:
  lr: {type: float, low: 1e-5, high: 1e-1, scale: log}
  width: {type: categorical, values: [32, 64]}
search: {algorithm: random}
resources: {parallel: 2}
budget: {trials: 10}
)";

TimePoint at(int seconds)
{
    return TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
}

} // namespace

const char* TestStore::experimentText()
{
    return text;
}

TestStore::TestStore() : m_database(file().toStdString()) {}

std::int64_t TestStore::addExperiment(const std::string& name, ExperimentState state)
{
    ExperimentRecord record;
    record.name = name;
    record.yaml = text;
    record.baseDirectory = "/";
    record.state = state;
    record.created = at(0);
    return Experiments(m_database).add(record);
}

std::int64_t TestStore::saveTrial(std::int64_t experiment, int number, TrialState state,
                                  std::optional<double> objective, const std::string& reason)
{
    Trial trial;
    trial.number = number;
    trial.configuration.set("lr", std::pow(10.0, -5 + number % 4));
    trial.configuration.set("width", std::int64_t(32 + 32 * (number % 2)));
    trial.state = state;
    trial.objective = objective;
    trial.reason = reason;
    trial.created = at(0);
    trial.started = at(number);
    if (isFinal(state))
        trial.finished = at(number + 60);
    return Trials(m_database).save(experiment, trial);
}

void TestStore::measure(std::int64_t experiment, int number, std::int64_t bytes, bool isDropped)
{
    Trial trial = Trials(m_database).find(experiment, number).value().trial;
    trial.checkpointBytes = bytes;
    trial.checkpointDropped = isDropped;
    Trials(m_database).save(experiment, trial);
}

TimePoint TestStore::finish(std::int64_t experiment, int number, TrialState state)
{
    Trial trial = Trials(m_database).find(experiment, number).value().trial;
    trial.state = state;
    trial.finished = currentTime();
    Trials(m_database).save(experiment, trial);
    return *trial.finished;
}

void TestStore::setState(std::int64_t experiment, ExperimentState state, const std::string& reason)
{
    Experiments(m_database).setState(experiment, state, reason, at(0));
}

void TestStore::beat(std::int64_t experiment, std::chrono::milliseconds ago,
                     const std::optional<SiteLink>& link)
{
    const TimePoint time = currentTime();
    if (!m_driver)
        m_driver = std::make_unique<DriverLease>(
            m_database, experiment, time, link ? TrialsPlace{"juwels", "/p/scratch/ada"} : TrialsPlace{});
    widthwise::beat(m_database, experiment, time - ago, {}, link);
}

void TestStore::saveOutput(std::int64_t trial, const OutputTail& tail)
{
    Outputs(m_database).save(trial, tail);
}

std::vector<Watch> TestStore::watches(std::int64_t experiment)
{
    return Watches(m_database).of(experiment, currentTime());
}

void TestStore::append(std::int64_t trial, const std::string& metric, const std::vector<Point>& points)
{
    Transaction transaction(m_database);
    SeriesTable(m_database).append(trial, {{metric, points}});
    transaction.commit();
}

void TestStore::clear(std::int64_t trial)
{
    Transaction transaction(m_database);
    SeriesTable(m_database).clear(trial);
    transaction.commit();
}

std::vector<Command> TestStore::openCommands(std::int64_t experiment)
{
    std::vector<Command> commands;
    for (const auto& [id, command] : Commands(m_database).open(experiment))
        commands.push_back(command);
    return commands;
}

ExperimentRecord TestStore::find(std::int64_t experiment)
{
    return Experiments(m_database).find(experiment).value_or(ExperimentRecord{});
}

TimePoint currentTime()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::vector<Point> fallingPoints(std::int64_t first, int count, double end)
{
    std::vector<Point> points;
    for (std::int64_t step = first; step < first + std::int64_t(count); ++step)
        points.push_back({step, end + std::exp(-0.01 * step)});
    return points;
}

} // namespace widthwise::ui
