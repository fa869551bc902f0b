// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/driving.h"
#include "app/ctl/text.h"
#include "core/control/permission.h"
#include "core/launch/trial_directory.h"
#include "core/store/driver_lease.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

void refuseUnlessGranted(const Invocation& invocation, const Overview& overview)
{
    if (const Permission may = permission(Request::Remove, overview.standing()); !may.isGranted())
        throw Failure(Unsuccessful, overview.record.name + ' ' + may.why + " (" +
                                        hint(invocation, "stop", overview.record.name) + ')');
}

/// Where the trials of an experiment have their files, on the host of their place.
std::string filesOf(const Database& database, const Overview& overview)
{
    return experimentDirectory(trialsPlace(overview).folderFor(database.file()), overview.record.name,
                               overview.record.created);
}

bool confirmed(const Overview& overview, bool withFiles)
{
    if (isatty(STDIN_FILENO) != 1)
        throw Failure(BadUsage, "remove: --yes is needed where nobody can be asked");
    std::cout << "Remove " << (overview.copyOf ? "the copy " : "") << overview.record.name << " with "
              << countText(static_cast<std::int64_t>(overview.trials.size()), "trial")
              << " and all they measured" << (withFiles ? ", and their files" : "") << "? [y/N] "
              << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadWrite);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    const ExperimentRecord& record = overview.record;
    const bool withFiles = invocation.has("files");
    refuseUnlessGranted(invocation, overview);
    if (!invocation.has("yes") && !confirmed(overview, withFiles)) {
        std::cout << "nothing was removed\n";
        return Unsuccessful;
    }
    refuseUnlessGranted(invocation,
                        overviewOf(*database, record)); // while a person was asked it may have started
    std::optional<DriverLease> lease;                   // nobody drives it while it goes
    if (!overview.copyOf)
        lease.emplace(*database, record.id, currentTime());
    Experiments(*database).remove(record.id);
    const TrialsPlace place = trialsPlace(overview);
    const std::string files = filesOf(*database, overview);
    std::error_code error;
    if (withFiles && !place.isRemote())
        std::filesystem::remove_all(files, error);
    if (error)
        throw Failure(Unsuccessful,
                      record.name + " was removed, but not all of " + files + ": " + error.message());
    if (invocation.json()) {
        std::cout << nlohmann::json{{"removed", record.name}}.dump() << '\n';
        return Done;
    }
    std::cout << record.name << " was removed";
    if (overview.copyOf)
        std::cout << "; " << overview.copyOf->name << " stays on " << overview.copyOf->mirror.remote.host;
    else if (place.isRemote() || std::filesystem::exists(files, error))
        std::cout << "; the files of its trials stay in " << place.named(files);
    std::cout << '\n';
    return Done;
}

} // namespace

Subcommand removeCommand()
{
    return {
        "remove",
        "NAME",
        "Remove an experiment and its measurements from the store",
        "Asks first. Refused while a driver or trials run. Experiments made from it stay.",
        "widthwisectl remove gn2-lr --files",
        1,
        1,
        {{"yes", "", "do not ask"}, {"files", "", "also delete the folders of its trials on this machine"}},
        execute};
}

} // namespace widthwise::ctl
