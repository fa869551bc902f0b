// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/detached_driver.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "core/mirror/exchange_answer.h"
#include "core/store/commands.h"

#include <iostream>
#include <iterator>
#include <set>

namespace widthwise::ctl {

namespace {

/// What was asked of an experiment that nobody drives gets it a driver. Returns why not, one sentence.
std::string driveWhatIsAsked(const ExchangeRequest& request, Database& database)
{
    std::set<std::int64_t> asked;
    for (const ForwardedCommand& command : request.commands)
        asked.insert(command.experiment.id);
    for (const std::int64_t id : asked) {
        const auto record = Experiments(database).find(id);
        if (!record || Commands(database).open(id).empty() || overviewOf(database, *record).isDriven())
            continue;
        try {
            startDetachedDriver(database, *record);
        } catch (const Failure& failure) {
            if (failure.code() != Refused) // else one came meanwhile
                return record->name + ": " + failure.what();
        }
    }
    return {};
}

ExitCode execute(const Invocation& invocation)
{
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    const ExchangeRequest request = readRequest(text, "the program that asks");
    const auto store = openStore(invocation, Database::Mode::ReadWrite);
    ExchangeAnswer answer = answerTo(request, *store, currentTime());
    answer.problem = driveWhatIsAsked(request, *store);
    std::cout << encode(answer);
    return Done;
}

} // namespace

Subcommand exchangeCommand()
{
    return {"exchange",
            "",
            "Answer another store that is attached to this one",
            "attach calls this on HOST. It reads a request from stdin, records the commands in it, starts "
            "drivers for them\n"
            "and writes the answer to stdout.",
            "widthwisectl exchange < request > answer",
            0,
            0,
            {},
            execute};
}

} // namespace widthwise::ctl
