// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/experiment_check.h"

#include "core/experiment/trainer_check.h"
#include "core/site/site.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace widthwise {

namespace {

namespace fs = std::filesystem;

/// Whether trials see this machine's files under their own names.
bool sharesFiles(const Experiment& experiment, const std::string& folder)
{
    try {
        const Site site = findSite(experiment.site, folder);
        return !site.isRemote() && site.container.empty() && site.scheduler == Site::Scheduler::None;
    } catch (const ExperimentFileError&) {
        return false; // told elsewhere
    }
}

/// As core/site/staging.h brings files along.
bool isBroughtAlong(const fs::path& path)
{
    return path.is_relative() && *path.lexically_normal().begin() != "..";
}

std::string refusalOf(const fs::path& file)
{
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (fs::is_directory(status))
        return file.string() + " is a folder: name a file";
    if (status.type() == fs::file_type::not_found)
        return "there is no file " + file.string();
    return fs::exists(status) ? std::string() : "cannot look for " + file.string() + ": " + error.message();
}

} // namespace

ExperimentCheck checkExperimentFile(std::string_view yaml, const std::string& folder)
{
    ExperimentCheck check{readExperiment(yaml), {}};
    if (!check.reading.experiment)
        return check;
    const bool shared = sharesFiles(*check.reading.experiment, folder);
    TrainerFindings findings = checkTrainer(yaml, check.reading, [&](const std::string& file) {
        return shared || isBroughtAlong(file) ? refusalOf((fs::path(folder) / file).lexically_normal())
                                              : std::string();
    });
    check.warning = std::move(findings.warning);
    std::vector<FileProblem>& problems = check.reading.problems;
    problems.insert(problems.end(), findings.problems.begin(), findings.problems.end());
    std::ranges::stable_sort(problems, {}, [](const FileProblem& p) { return std::tuple(p.line, p.column); });
    return check;
}

} // namespace widthwise
