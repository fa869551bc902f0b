// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/driving.h"
#include "app/ctl/dry_run.h"
#include "app/ctl/experiment_source.h"
#include "app/ctl/prompter.h"
#include "app/ctl/store_entry.h"
#include "core/control/warm_start.h"
#include "core/site/site.h"

#include <iostream>

namespace widthwise::ctl {

namespace {

/// What only the store knows to be wrong with the file is told as everything else is.
ExperimentRecord added(Database& database, const ExperimentRecord& described, const std::string& path)
{
    try {
        return addReady(database, described);
    } catch (const ExperimentFileError& error) {
        refuse(path, error.problems());
    }
}

ExitCode execute(const Invocation& invocation)
{
    const ExperimentSource source = readValidExperiment(invocation.argument(0));
    if (invocation.has("dry-run"))
        return dryRun(invocation, source);
    siteOf(source.experiment, source.baseDirectory); // or says what is wrong, before anything is in the store
    Database database(invocation.storeFile());
    ExperimentRecord described = recordOf(source);
    described.name = invocation.value("name").value_or(described.name);
    const ExperimentRecord record = added(database, described, source.path);
    if (!invocation.json())
        for (const std::string& note : notesOnEarlierTrials(record.yaml))
            std::cout << "taken from " << note << '\n';
    if (invocation.has("detach"))
        return driveDetached(invocation, database, record);
    Session session(database, record, prompterFor(invocation).get());
    if (!invocation.json())
        std::cout << record.name << ": " << planText(source.experiment) << std::endl;
    return driveHere(invocation, database, record, session);
}

} // namespace

Subcommand runCommand()
{
    return {"run",
            "FILE",
            "Run the experiment that a file describes",
            "On a terminal progress is shown live, otherwise a line for each trial. Ctrl-C ends only this "
            "driver: running\n"
            "trials go on, and resume continues the experiment. If the name is taken in the store, it gets a "
            "number.",
            "widthwisectl run search.yaml --detach",
            1,
            1,
            {{"detach", "", "run in the background; it survives this terminal"},
             {"name", "NAME", "use this name instead of the one in the file"},
             {"dry-run", "", "only show what would start the first trial"}},
            execute};
}

} // namespace widthwise::ctl
