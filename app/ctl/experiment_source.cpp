// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/experiment_source.h"

#include "app/ctl/subcommand.h"
#include "app/ctl/text.h"
#include "core/site/experiment_check.h"

#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

ExperimentSource readExperiment(const std::string& path)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Failure(NotFound, "there is no file " + path);
    ExperimentSource source{path, readTextFile(path), std::filesystem::absolute(path).parent_path(), {}, {},
                            {}};
    ExperimentCheck check = checkExperimentFile(source.yaml, source.baseDirectory);
    source.experiment = check.reading.experiment.value_or(Experiment());
    source.problems = std::move(check.reading.problems);
    source.warning = std::move(check.warning);
    return source;
}

ExperimentSource readValidExperiment(const std::string& path)
{
    ExperimentSource source = readExperiment(path);
    if (!source.problems.empty())
        refuse(path, source.problems);
    return source;
}

void refuse(const std::string& path, const std::vector<FileProblem>& problems)
{
    for (const FileProblem& problem : problems)
        std::cerr << problem.toText(path) << '\n';
    throw Failure(BadUsage, path + " has " + countText(static_cast<std::int64_t>(problems.size()), "error"));
}

} // namespace widthwise::ctl
