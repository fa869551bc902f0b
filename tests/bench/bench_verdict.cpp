// SPDX-License-Identifier: GPL-3.0-or-later
// How often the verdict of a coordinate check is wrong: over simulated checks, and over real ones, which
// train small mlp and gn2 models at several widths, rates and seeds under μP and without each of its rules. A
// check that says "unclear" or "too little to tell" is not wrong; how many do is printed beside.
#include "core/experiment/experiment_file.h"
#include "core/study/coordinate_check_study.h"
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/families/jets/jet_writer.h"

#include "recorded_check.h"
#include "report.h"
#include "simulated_check.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace widthwise;
using namespace widthwise::bench;

namespace {

constexpr Ablation ablations[] = {Ablation::Initialization, Ablation::Multipliers, Ablation::LearningRates,
                                  Ablation::Attention, Ablation::Everything};

std::string nameOf(Ablation ablation)
{
    switch (ablation) {
    case Ablation::Nothing:
        return "correct";
    case Ablation::Initialization:
        return "initialization";
    case Ablation::Multipliers:
        return "multipliers";
    case Ablation::LearningRates:
        return "learning rates";
    case Ablation::Attention:
        return "attention";
    case Ablation::Everything:
        return "μP at all";
    }
    return {};
}

/// Of several faults any is a right cause.
bool isRight(Ablation ablation, bool table3, CheckReason reason)
{
    switch (ablation) {
    case Ablation::Nothing:
        return false;
    case Ablation::Initialization: // table 3 has nothing else that divides the readout
        return reason == (table3 ? CheckReason::ReadoutUndivided : CheckReason::ReadoutDivided);
    case Ablation::Multipliers:
        return reason == CheckReason::ReadoutUndivided;
    case Ablation::LearningRates:
        return reason == CheckReason::LearningRates;
    case Ablation::Attention:
        return reason == CheckReason::Attention;
    case Ablation::Everything:
        return reason == CheckReason::Standard || reason == CheckReason::ReadoutUndivided;
    }
    return false;
}

class Tally {
public:
    void add(Ablation ablation, bool table3, const CheckVerdict& verdict)
    {
        Counts& counts = m_counts[ablation];
        ++counts.checks;
        counts.holds += verdict.result == CheckResult::Holds;
        if (verdict.result != CheckResult::Fails)
            return;
        ++counts.fails;
        counts.right += isRight(ablation, table3, verdict.reason);
    }

    void print(const std::string& kind) const
    {
        const auto row = [&](const std::string& what, int part, int all, std::optional<Target> target = {}) {
            const double share = all > 0 ? 100.0 * part / all : 0;
            report({"verdict, " + kind + ": " + what, share, "% of " + std::to_string(all), {}, target});
        };
        const Counts& correct = m_counts.at(Ablation::Nothing);
        row("correct, \"fails\"", correct.fails, correct.checks, atMost(2));
        row("correct, \"holds\"", correct.holds, correct.checks);
        Counts all;
        for (const Ablation ablation : ablations) {
            const Counts& counts = m_counts.at(ablation);
            row("no " + nameOf(ablation) + ", \"holds\"", counts.holds, counts.checks, atMost(2));
            row("no " + nameOf(ablation) + ", \"fails\"", counts.fails, counts.checks);
            all.fails += counts.fails;
            all.right += counts.right;
        }
        row("right cause", all.right, all.fails, atLeast(95));
    }

private:
    struct Counts {
        int checks = 0;
        int holds = 0;
        int fails = 0;
        int right = 0;
    };
    std::map<Ablation, Counts> m_counts;
};

void simulate()
{
    const std::vector<std::vector<std::int64_t>> designs{
        {32, 64, 128}, {64, 128, 256}, {32, 64, 128, 256}, {32, 64, 128, 256, 512}, {32, 128, 512}};
    Tally tally;
    std::uint64_t number = 0;
    const auto add = [&](Ablation ablation, int checks) {
        for (int i = 0; i < checks; ++i) {
            SimulatedCheck check{.ablation = ablation, .widths = designs[std::size_t(i) % designs.size()]};
            check.generatorSeed = ++number;
            check.seeds = 2 + i / int(designs.size()) % 4;
            check.rate = std::vector{1.0, 0.3, 3.0, 0.03}[std::size_t(i / 20 % 4)];
            // A readout that starts at zero has no initial values to be wrong.
            check.zeroReadout = ablation != Ablation::Initialization && i % 3 > 0;
            tally.add(ablation, false, analyze(recordsOf(check)).verdicts.at(0));
        }
    };
    int holds = 0;
    for (int i = 0; i < 200; ++i)
        holds +=
            analyze(recordsOf({.widths = designs[3], .generatorSeed = ++number})).verdicts.at(0).result ==
            CheckResult::Holds;
    report({"verdict, simulated: correct, 5 × 5, \"holds\"", holds / 2.0, "% of 200"});
    add(Ablation::Nothing, 800);
    for (const Ablation ablation : ablations)
        add(ablation, 240);
    tally.print("simulated");
}

/// A model, and the rates and rules that it is checked with.
struct RealModel {
    std::string settings;
    std::vector<std::int64_t> widths;
    std::vector<double> rates;
    std::vector<Ablation> ablations;
    int seedSets = 1; ///< of five seeds each
};

constexpr const char* common =
    R"("data": "jets.h5", "fixed_batch": true, "statistics_every": 1, "log_every": 1, "checkpoint_every": -1,
       "classes": ["bjets", "cjets", "ujets"], "base_width": 32, "steps": 8, "validate_every": 8)";

std::vector<RealModel> realModels()
{
    using enum Ablation;
    const std::vector<std::int64_t> five{32, 64, 128, 256, 512};
    const std::vector<std::int64_t> four{32, 64, 128, 256};
    const std::string mlp = R"("model": "mlp", "layers": 3, "batch_size": 64)";
    const std::string gn2 = R"("model": "gn2", "layers": 2, "batch_size": 32)";
    const std::string fromZero = R"(, "zero_readout": true)";
    const std::string fourHeads = R"(, "heads": 4)";
    return {
        {mlp + fromZero, five, {0.0001, 0.001, 0.003, 0.01, 0.03}, {Nothing, LearningRates}, 2},
        {mlp + fromZero, five, {0.003, 0.01}, {Multipliers, Everything}},
        {mlp, five, {0.003, 0.01, 0.03}, {Nothing, Initialization, LearningRates}},
        {mlp + R"(, "parametrization": "mup-table-3")",
         five,
         {0.003, 0.01},
         {Nothing, Initialization, LearningRates}},
        {mlp + fromZero + R"(, "optimizer": "sgd")", five, {0.1, 0.5}, {Nothing, LearningRates, Multipliers}},
        {gn2 + fromZero + fourHeads, four, {0.002, 0.004}, {Nothing, LearningRates}, 2},
        {gn2 + fromZero + fourHeads, four, {0.001, 0.003}, {Multipliers, Attention, Everything}, 2},
        {gn2 + fromZero + R"(, "head_width": 16)", four, {0.003}, {Nothing, LearningRates}, 2},
        {gn2 + fourHeads, four, {0.003}, {Nothing, Initialization}},
    };
}

std::string ablated(Ablation ablation)
{
    switch (ablation) {
    case Ablation::Nothing:
        return "";
    case Ablation::Initialization:
        return R"(, "ablate": ["initialization"])";
    case Ablation::Multipliers:
        return R"(, "ablate": ["multipliers"])";
    case Ablation::LearningRates:
        return R"(, "ablate": ["learning-rates"])";
    case Ablation::Attention:
        return R"(, "ablate": ["attention"])";
    case Ablation::Everything:
        return R"(, "ablate": ["initialization", "multipliers", "learning-rates", "attention"])";
    }
    return "";
}

void checkModel(const RealModel& model, const std::string& folder, Tally& tally)
{
    for (const double rate : model.rates)
        for (const Ablation ablation : model.ablations)
            for (int set = 0; set < model.seedSets; ++set) {
                std::ostringstream json;
                json << '{' << common << ", " << model.settings << ", \"max_lr\": " << rate
                     << ablated(ablation) << '}';
                const trainer::Settings settings = trainer::parseSettings(json.str());
                std::vector<std::int64_t> seeds;
                for (int seed = 1; seed <= 5; ++seed)
                    seeds.push_back(5 * set + seed);
                const CheckVerdict verdict =
                    analyze(recordedCheck(settings, model.widths, seeds, folder)).verdicts.at(0);
                const bool table3 = settings.parametrization == trainer::Parametrization::MaximalTable3;
                tally.add(ablation, table3, verdict);
            }
}

std::string textOf(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The check of the example that everyone runs first: the verdict on μP.
void checkExample(const std::string& folder)
{
    const Experiment example = parseExperiment(textOf(WIDTHWISE_EXAMPLE));
    const Configuration configuration = defaultConfiguration(example, {});
    const CheckPlan plan = checkPlan(example, configuration);
    const Experiment check = coordinateCheckOf(example, configuration, plan);
    trainer::Settings settings =
        trainer::parseSettings(std::get<BundledTrainer>(check.trial.program).settings);
    settings.data = "jets.h5";
    const CheckRecords records = recordedCheck(settings, plan.widths, plan.seeds, folder);
    const CheckVerdict verdict = analyze(records).verdicts.at(0);
    report({"verdict: gn2-lr's own check, \"holds\"",
            verdict.result == CheckResult::Holds ? 1.0 : 0.0,
            "of 1",
            {},
            atLeast(1)});
    CheckRecords few = records;
    std::erase_if(few.coordinates, [](const auto& record) { return record.width > 128 || record.seed > 2; });
    report({"verdict: its W 32 … 128, 2 seeds, \"fails\"",
            analyze(few).verdicts.at(0).result == CheckResult::Fails ? 1.0 : 0.0,
            "of 1",
            {},
            atMost(0)});
}

} // namespace

int main()
{
    simulate();
    trainer::prepareCompute(1);
    const ScratchFolder folder;
    trainer::writeSimulation({.path = folder.file("jets.h5"), .jets = 3000, .seed = 1});
    checkExample(folder.file(""));
    trainer::writeSimulation({.path = folder.file("jets.h5"), .jets = 400, .seed = 1});
    Tally tally;
    for (const RealModel& model : realModels())
        checkModel(model, folder.file(""), tally);
    tally.print("real");
}
