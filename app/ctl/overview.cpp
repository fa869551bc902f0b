// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/overview.h"

#include "app/ctl/invocation.h"
#include "app/ctl/text.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/ranking.h"
#include "core/launch/trial_directory.h"
#include "core/space/nearest.h"
#include "core/store/trials.h"
#include "core/study/transfer_report.h"

#include <filesystem>

namespace widthwise::ctl {

const Trial* Overview::best() const
{
    return experiment ? bestTrial(*experiment, trials) : nullptr;
}

StateCounts Overview::counts() const
{
    StateCounts counts{};
    for (const Trial& trial : trials)
        ++counts.at(static_cast<std::size_t>(trial.state));
    return counts;
}

TimePoint currentTime()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::unique_ptr<Database> openStore(const Invocation& invocation, Database::Mode mode)
{
    const std::string file = invocation.storeFile();
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw Failure(NotFound, "there is no store at " + file + " yet; widthwisectl run FILE makes it");
    return std::make_unique<Database>(file, mode);
}

ExperimentRecord findExperiment(Database& database, const std::string& name)
{
    Experiments experiments(database);
    if (std::optional<ExperimentRecord> record = experiments.find(name))
        return *std::move(record);
    std::vector<std::string> names;
    for (const ExperimentRecord& record : experiments.all())
        names.push_back(record.name);
    throw Failure(NotFound, "no experiment named \"" + name + "\" in " + database.file() +
                                suggestion(name, names) + "; widthwisectl list shows all");
}

Overview overviewOf(Database& database, ExperimentRecord record)
{
    Overview overview;
    overview.now = currentTime();
    overview.driver = driverInfo(database, record.id);
    overview.copyOf = Mirrors(database).origin(record.id);
    for (TrialRecord& trial : Trials(database).all(record.id))
        overview.trials.push_back(std::move(trial.trial));
    try {
        overview.experiment = experimentOf(record);
    } catch (const ExperimentFileError&) {
        // A draft may have errors; what needs the experiment says so.
    }
    if (record.parent)
        if (const auto parent = Experiments(database).find(*record.parent)) {
            overview.parent = parent->name;
            overview.origin = originText(database, record, overview.trials);
        }
    overview.record = std::move(record);
    return overview;
}

const Trial& findTrial(const Overview& overview, int number)
{
    for (const Trial& trial : overview.trials)
        if (trial.number == number)
            return trial;
    const std::string known = overview.trials.empty()
                                  ? "it has none yet"
                                  : "it has 0 to " + std::to_string(overview.trials.back().number);
    throw Failure(NotFound, overview.record.name + " has no trial " + std::to_string(number) + ": " + known);
}

TrialsPlace trialsPlace(const Overview& overview)
{
    return overview.driver ? overview.driver->place : TrialsPlace();
}

std::string trialDirectory(const Database& database, const Overview& overview, int trial)
{
    return widthwise::trialDirectory(trialsPlace(overview).folderFor(database.file()), overview.record.name,
                                     overview.record.created, trial);
}

} // namespace widthwise::ctl
