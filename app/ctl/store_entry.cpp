// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/store_entry.h"

#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "core/control/new_experiment.h"
#include "core/control/warm_start.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

bool isFile(const std::string& argument)
{
    return argument.ends_with(".yaml") || argument.ends_with(".yml") ||
           argument.find('/') != std::string::npos;
}

ExperimentRecord add(Database& database, ExperimentRecord record, std::span<const Trial> trials = {})
{
    const std::string wanted = record.name;
    Transaction transaction(database);
    const TextSource source = record.parent ? TextSource::Draft : TextSource::File;
    record = addExperiment(database, std::move(record), source, trials, currentTime());
    transaction.commit();
    if (record.name != wanted)
        std::cerr << "an experiment " << wanted << " exists already: this one is named " << record.name
                  << '\n';
    return record;
}

} // namespace

ExperimentRecord recordOf(const ExperimentSource& source)
{
    ExperimentRecord record;
    record.name = source.experiment.name;
    record.yaml = source.yaml;
    record.baseDirectory = source.baseDirectory;
    return record;
}

ExperimentRecord addReady(Database& database, ExperimentRecord record, std::span<const Trial> trials)
{
    record.state = ExperimentState::Ready;
    return add(database, std::move(record), trials);
}

Entry findOrAdd(const Invocation& invocation)
{
    const std::string argument = invocation.argument(0);
    if (!isFile(argument)) {
        auto database = openStore(invocation, Database::Mode::ReadWrite);
        ExperimentRecord record = findExperiment(*database, argument);
        return {std::move(database), std::move(record)};
    }
    ExperimentRecord described = recordOf(readValidExperiment(argument));
    auto database = std::make_unique<Database>(invocation.storeFile());
    const std::vector<ExperimentRecord> all = Experiments(*database).all();
    const auto same = std::ranges::find_if(all, [&](const ExperimentRecord& record) {
        return isMadeFrom(record.yaml, described.yaml) && record.baseDirectory == described.baseDirectory;
    });
    ExperimentRecord record = same != all.end() ? *same : add(*database, std::move(described));
    return {std::move(database), std::move(record)};
}

} // namespace widthwise::ctl
