// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/commands.h"

#include "app/trainer/arguments.h"
#include "app/trainer/configuration.h"
#include "app/trainer/evaluate.h"
#include "app/trainer/explain.h"
#include "app/trainer/joint_training.h"
#include "core/space/nearest.h"
#include "core/trainer/engine/environment.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/error.h"
#include "core/trainer/families/registry.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <set>

namespace widthwise::trainer {

namespace {

using Words = std::vector<std::string>;

constexpr const char* usage =
    R"(usage: widthwise-trainer COMMAND [options]

  train --config FILE                     train one model as FILE says (JSON; see "settings")
  simulate --jets N --out FILE [--family MODEL] [--seed S]
                                          write N jets of the toy simulation (HDF5, salt's layout)
  simulate --family mlpf --events N --out FILE [--preset small|full] [--seed S]
                                          write N events of the toy particle flow (HDF5)
  evaluate --config FILE [--checkpoint FILE] [--data FILE] [--scores OUT.h5] [--name GN2] [--json]
           [--fc X] [--ftau X] [--fb X] [--ftau-c X]
                                          tell a trained model's rejections and confusions, with these fractions
                                          of c and τ in D_b, b and τ in D_c; write its scores for puma
  explain --config FILE [--json]          show how each tensor of FILE's model scales with the width
  settings [--json]                       list all settings of a configuration
  info [--json]                           say what this trainer is built with, and how fast its BLAS is
)";

void runTrain(const Words& words)
{
    const Arguments arguments(words, {"--config"}, {});
    const std::string config = arguments.text("--config");
    std::vector<std::string> own{"train"};
    own.insert(own.end(), words.begin(), words.end());
    trainJointly({.settings = readSettings(config),
                  .trialDirectory = trialDirectory(config),
                  .dataDirectory = dataDirectory(config),
                  .checkpoint = environmentVariable("WIDTHWISE_CHECKPOINT"),
                  .untilStep = stepVariable("WIDTHWISE_UNTIL_STEP"),
                  .startFrom = environmentVariable("WIDTHWISE_START_FROM")},
                 own);
}

const Family& familyCalled(const std::string& name)
{
    std::vector<std::string> names;
    for (const Family* family : families()) {
        names.emplace_back(family->facts().name());
    }
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        throw InputError("--family " + name + ": there is no such model" + suggestion(name, names));
    }
    return *families()[static_cast<std::size_t>(found - names.begin())];
}

std::set<std::string> simulationOptionsOf(const Family& family)
{
    std::set<std::string> names{"--" + std::string(family.samples())};
    for (const FamilyOption& option : family.simulationOptions()) {
        names.insert(option.name);
    }
    return names;
}

/// The option that says how many samples there are to be is called after them: `--jets`.
void runSimulate(const Words& words)
{
    std::set<std::string> ofFamilies;
    for (const Family* family : families()) {
        ofFamilies.merge(simulationOptionsOf(*family));
    }
    Words options{"--family", "--out", "--seed"};
    options.insert(options.end(), ofFamilies.begin(), ofFamilies.end());
    const Arguments arguments(words, options, {});
    const Family& family =
        familyCalled(arguments.text("--family", std::string(families().front()->facts().name())));
    const std::set<std::string> own = simulationOptionsOf(family);
    ToyRequest request{.path = arguments.text("--out")};
    for (const std::string& option : ofFamilies) {
        if (!arguments.has(option)) {
            continue;
        }
        if (!own.contains(option)) {
            throw InputError(option + " is no option for the simulation of " +
                             std::string(family.facts().name()));
        }
        request.options[option] = arguments.text(option);
    }
    const std::string count = "--" + std::string(family.samples());
    arguments.text(count);
    request.samples = arguments.number(count, 1, 0);
    request.seed = arguments.number("--seed", 0, 1);
    family.simulate(request);
    std::cout << "wrote " << request.samples << " " << family.samples() << " of the toy simulation to "
              << request.path << "\n";
}

void runSettings(const Words& words)
{
    const Arguments arguments(words, {}, {"--json"});
    const std::vector<SettingDescription> table = settingsTable();
    if (arguments.has("--json")) {
        nlohmann::ordered_json json = nlohmann::ordered_json::array();
        for (const SettingDescription& row : table) {
            json.push_back({{"key", row.key},
                            {"type", row.type},
                            {"default", nlohmann::ordered_json::parse(row.defaultValue)},
                            {"meaning", row.meaning}});
        }
        std::cout << json.dump(2) << "\n";
        return;
    }
    for (const SettingDescription& row : table) {
        std::cout << row.key << "\n    " << row.meaning << "\n    " << row.type << "; default "
                  << row.defaultValue << "\n";
    }
}

void runInfo(const Words& words)
{
    const Arguments arguments(words, {}, {"--json"});
    const Information info = inspect();
    const auto rounded = [](double gflops) { return std::round(gflops * 10) / 10; };
    const nlohmann::ordered_json json{{"version", WIDTHWISE_VERSION},
                                      {"torch", info.torchVersion},
                                      {"hdf5", info.hdf5Version},
                                      {"blas", info.blasLibrary},
                                      {"blas_kernels", info.blasKernels},
                                      {"gflops", rounded(info.gflops)},
                                      {"bf16_instructions", info.bf16Instructions},
                                      {"bf16_gflops", rounded(info.bf16Gflops)},
                                      {"threads", info.threads},
                                      {"cpu", info.cpu},
                                      {"cpu_capability", info.cpuCapability},
                                      {"cuda_devices", info.cudaDevices.size()},
                                      {"cuda_names", info.cudaDevices}};
    if (arguments.has("--json")) {
        std::cout << json.dump(2) << "\n";
        return;
    }
    for (const auto& [key, value] : json.items()) {
        std::cout << std::left << std::setw(20) << key
                  << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
    }
    constexpr double slow = 10;
    if (info.gflops < slow && info.blasLibrary.find("openblas") == std::string::npos) {
        std::cout << "notice: this BLAS is slow; on Debian and Ubuntu, libopenblas0-pthread is a fast one\n";
    }
    if (info.bf16Gflops < info.gflops) {
        std::cout << "notice: precision bf16 is no faster than float32 on this processor\n";
    }
}

struct Command {
    std::string name;
    void (*run)(const Words&);
};
const std::vector<Command> commands{{"train", runTrain},       {"simulate", runSimulate},
                                    {"evaluate", runEvaluate}, {"explain", runExplain},
                                    {"settings", runSettings}, {"info", runInfo}};

void dispatch(const Words& words)
{
    const std::string name = words.empty() ? "help" : words.front();
    const auto asksForHelp = [](const std::string& word) { return word == "--help" || word == "-h"; };
    if (name == "help" || std::ranges::any_of(words, asksForHelp)) {
        std::cout << usage;
        return;
    }
    const auto found = std::ranges::find(commands, name, &Command::name);
    if (found == commands.end()) {
        std::vector<std::string> names;
        std::ranges::transform(commands, std::back_inserter(names), &Command::name);
        const auto near = nearest(name, names);
        throw InputError("unknown command " + name + (near ? ": did you mean " + *near + "?" : ""));
    }
    found->run({words.begin() + 1, words.end()});
}

} // namespace

int runCommand(const std::vector<std::string>& words)
{
    try {
        dispatch(words);
        return 0;
    } catch (const InputError& error) {
        std::cerr << "widthwise-trainer: " << error.what() << std::endl;
        return 2;
    } catch (const std::exception& error) {
        const std::string text = error.what(); // LibTorch's go on with a stack trace
        std::cerr << "widthwise-trainer: " << text.substr(0, text.find('\n')) << std::endl;
        return 1;
    }
}

} // namespace widthwise::trainer
