// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/evaluate.h"

#include "app/trainer/arguments.h"
#include "app/trainer/configuration.h"
#include "core/trainer/error.h"
#include "core/trainer/families/registry.h"

#include <algorithm>
#include <iostream>
#include <set>

namespace widthwise::trainer {

namespace {

/// Of any family: which one it is the configuration says, which is itself among the arguments.
std::vector<std::string> optionNames()
{
    std::set<std::string> names{"--config", "--checkpoint", "--data"};
    for (const Family* family : families()) {
        for (const FamilyOption& option : family->evaluationOptions()) {
            names.insert(option.name);
        }
    }
    return {names.begin(), names.end()};
}

} // namespace

void runEvaluate(const std::vector<std::string>& words)
{
    const std::vector<std::string> names = optionNames();
    const Arguments arguments(words, names, {"--json"});
    const std::string config = arguments.text("--config");
    const std::string trial = trialDirectory(config);
    EvaluationRequest request{.settings = readSettings(config),
                              .dataDirectory = dataDirectory(config),
                              .trialDirectory = trial,
                              .checkpoint = arguments.text("--checkpoint", trial + "/checkpoint.pt"),
                              .data = arguments.text("--data", "")};
    const Family& family = familyOf(request.settings);
    const std::vector<FamilyOption> options = family.evaluationOptions();
    for (const std::string& name : names) {
        if (!arguments.has(name) || name == "--config" || name == "--checkpoint" || name == "--data") {
            continue;
        }
        if (std::ranges::find(options, name, &FamilyOption::name) == options.end()) {
            throw InputError(name + " is no option for the model " + request.settings.model);
        }
        request.options[name] = arguments.text(name);
    }
    const Report report = family.evaluate(request, std::cerr);
    std::cout << (arguments.has("--json") ? report.json + "\n" : report.text);
}

} // namespace widthwise::trainer
