// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/study/ask_tell_session.h"

#include <iostream>

namespace widthwise::ctl {

namespace {

ExitCode execute(const Invocation& invocation)
{
    if (!invocation.has("stdio"))
        throw Failure(BadUsage, "suggest speaks over stdin and stdout: write widthwisectl suggest --stdio");
    AskTellSession session("widthwise " WIDTHWISE_VERSION);
    for (std::string line; !session.hasEnded() && std::getline(std::cin, line);)
        std::cout << session.answer(line) << std::endl;
    return Done;
}

std::string details()
{
    std::string text =
        "It reads one request of JSON a line (init, ask, report, tell, history, best, ping, quit) and "
        "answers "
        "each with\n"
        "one line. init names the space and, as \"algorithm\": {\"sampler\": …, \"scheduler\": …}, how to "
        "search; samplers:\n";
    for (const AlgorithmDescription& algorithm : searchAlgorithms())
        if (algorithm.source != AlgorithmDescription::Source::List &&
            algorithm.source != AlgorithmDescription::Source::Program)
            text += "  " + algorithm.id + ": " + algorithm.help + '\n';
    text += "Schedulers (the protocol's sha, asha and asha_promotion are halving, asha-stopping and asha "
            "here):\n";
    for (const SchedulerDescription& scheduler : schedulers())
        text += "  " + scheduler.id + ": " + scheduler.help + '\n';
    text.pop_back();
    return text;
}

} // namespace

Subcommand suggestCommand()
{
    return {
        "suggest",
        "",
        "Choose configurations for trials that another program runs",
        details(),
        R"(echo '{"cmd":"init","space":[{"name":"lr","type":"float","low":1e-5,"high":1,"log":true}]}' | widthwisectl suggest --stdio)",
        0,
        0,
        {{"stdio", "", "speak over stdin and stdout"}},
        execute};
}

} // namespace widthwise::ctl
