// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/host/local_host.h"
#include "core/launch/process_launcher.h"
#include "core/launch/trial_directory.h"
#include "core/run/runner.h"
#include "core/store/commands.h"
#include "core/store/driver_lease.h"
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <QTemporaryDir>
#include <filesystem>
#include <fstream>
#include <string>

namespace widthwise {

/// A store in a temporary folder, with experiments of shell commands to drive on this machine.
class RunnerFixture {
public:
    explicit RunnerFixture(std::string folder = {}) : m_folder(std::move(folder))
    {
        if (m_folder.empty())
            m_folder = m_temporary.path().toStdString();
        std::filesystem::create_directories(m_folder);
    }

    std::string storeFile() const { return m_folder + "/store.db"; }

    std::int64_t add(const std::string& name, const std::string& yaml)
    {
        Database database(storeFile());
        ExperimentRecord record;
        record.name = name;
        record.yaml = yaml;
        record.baseDirectory = m_folder;
        record.state = ExperimentState::Ready;
        record.created = m_clock.now();
        return Experiments(database).add(record);
    }

    /// An experiment whose trials run `command`, `parallel` at a time; `more` is further YAML.
    static std::string yaml(const std::string& command, int trials, int parallel,
                            const std::string& more = {})
    {
        return "name: test\n"
               "objective: {metric: loss, direction: minimize}\n"
               "trial:\n"
               "  command: |-\n    " +
               command +
               "\nspace:\n"
               "  x: {type: float, low: 0, high: 1}\n"
               "search: {algorithm: random}\n"
               "resources: {parallel: " +
               std::to_string(parallel) +
               ", cpus: 1}\n"
               "budget: {trials: " +
               std::to_string(trials) + ", failed_trials: 3}\nseed: 7\n" + more;
    }

    std::unique_ptr<Runner> runner(std::int64_t experiment, const std::string& trainer = {})
    {
        return std::make_unique<Runner>(Runner::Options{storeFile(), experiment, trainer},
                                        std::make_unique<ProcessLauncher>(m_host), m_host, m_clock);
    }

    ExperimentState drive(std::int64_t experiment) { return runner(experiment)->run(); }

    std::vector<Trial> trials(std::int64_t experiment)
    {
        Database database(storeFile());
        std::vector<Trial> trials;
        for (TrialRecord& record : Trials(database).all(experiment))
            trials.push_back(std::move(record.trial));
        return trials;
    }

    ExperimentRecord record(std::int64_t experiment)
    {
        Database database(storeFile());
        return *Experiments(database).find(experiment);
    }

    Points points(std::int64_t experiment, int trial, const std::string& metric)
    {
        Database database(storeFile());
        SeriesTable table(database);
        for (const SeriesSummary& summary : table.summaries(experiment, metric))
            if (summary.trialNumber == trial)
                return table.read(summary.id);
        return {};
    }

    void command(std::int64_t experiment, Command::Kind kind, int trial = -1)
    {
        Database database(storeFile());
        Commands(database).add(experiment, {kind, trial}, m_clock.now());
    }

    std::string directory(std::int64_t experiment, int trial)
    {
        const ExperimentRecord about = record(experiment);
        return trialDirectory(trialsDirectory(storeFile()), about.name, about.created, trial);
    }

    std::string file(std::int64_t experiment, int trial, std::string_view name)
    {
        std::ifstream stream(directory(experiment, trial) + '/' + std::string(name));
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    LocalHost& host() { return m_host; }
    SystemClock& clock() { return m_clock; }
    const std::string& folder() const { return m_folder; }

private:
    QTemporaryDir m_temporary;
    std::string m_folder;
    LocalHost m_host;
    SystemClock m_clock;
};

} // namespace widthwise
