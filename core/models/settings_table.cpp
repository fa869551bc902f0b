// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings_table.h"

#include "core/models/families.h"

#include <algorithm>
#include <set>

namespace widthwise::trainer {

namespace {

std::vector<std::string> familyNames()
{
    std::vector<std::string> names;
    for (const FamilyFacts* family : familyFacts()) {
        names.emplace_back(family->name());
    }
    return names;
}

std::string familiesInWords()
{
    std::string words = "the network: ";
    for (const FamilyFacts* family : familyFacts()) {
        const bool isFirst = family == familyFacts().front();
        const bool isLast = family == familyFacts().back();
        words += (isFirst  ? ""
                  : isLast ? ", or "
                           : ", ") +
                 std::string(family->name()) + ", " + std::string(family->title());
    }
    return words;
}

std::vector<Setting> modelSettings()
{
    using S = Settings;
    return {
        {"model", oneOf<&S::model>(familyNames()), familiesInWords()},
        {"width", at<&S::width>(1), "width W of the tokens"},
        {"base_width", at<&S::baseWidth>(1),
         "width at which SP and μP are the same, and to which learning rates refer"},
        {"layers", at<&S::layers>(0), "encoder layers, or hidden layers of an mlp"},
        {"parametrization", at<&S::parametrization>(),
         "sp; mup as in table 8 of Tensor Programs V; mup-table-3"},
        {"zero_readout", at<&S::zeroReadout>(), "start the readout at zero"},
    };
}

std::vector<Setting> optimizerSettings()
{
    using S = Settings;
    return {
        {"optimizer", at<&S::optimizer>(), "what turns gradients into updates"},
        {"momentum", at<&S::momentum>(0, 1), "of sgd", Trait::MayChange},
        {"beta1", at<&S::beta1>(0, 1), "of adam and adamw", Trait::MayChange},
        {"beta2", at<&S::beta2>(0, 1), "of adam and adamw", Trait::MayChange},
        {"epsilon", at<&S::epsilon>(0), "of adam and adamw, at the base width", Trait::MayChange},
        {"weight_decay", at<&S::weightDecay>(0), "of adamw and sgd, at the base width", Trait::MayChange},
        {"gradient_clip", at<&S::gradientClip>(0),
         "largest norm of the gradient, in both forms of μP that of mup; 0: no clipping", Trait::MayChange},
        {"schedule", at<&S::schedule>(),
         "how the learning rate runs; every group's rate is multiplier × schedule", Trait::MayChange},
        {"max_lr", at<&S::maxLr>(0), "highest learning rate, at the base width", Trait::MayChange},
        {"initial_lr", at<&S::initialLr>(0), "learning rate of the first step", Trait::MayChange},
        {"final_lr", at<&S::finalLr>(0), "learning rate of the last step", Trait::MayChange},
        {"warmup_fraction", at<&S::warmupFraction>(0, 1), "part of the steps in which the rate rises"},
        {"warmup_steps", at<&S::warmupSteps>(0),
         "steps in which the rate rises, in place of warmup_fraction"},
        {"cycle_beta1", at<&S::cycleBeta1>(), "let β1 run 0.95 → 0.85 → 0.95 with one-cycle, as PyTorch does",
         Trait::MayChange},
        {"batch_size", at<&S::batchSize>(1), "jets in a step of each worker"},
        {"epochs", at<&S::epochs>(0), "passes over the training jets; need not be whole"},
        {"steps", at<&S::steps>(0), "steps, in place of epochs"},
        {"seed", at<&S::seed>(0), "of the initial values and the order of the jets"},
        {"precision", at<&S::precision>(),
         "float32; float64 to check a result; bf16: matrix products in bfloat16, all else in float32"},
        {"device", at<&S::device>(),
         "where to compute; auto: on a CUDA device where LibTorch sees one, else on the CPU"},
        {"threads", at<&S::threads>(1, 1024), "CPU threads of each worker"},
        {"workers", at<&S::workers>(1, 1024),
         "processes that train the model together, each on a slice of every batch"},
        {"communication", at<&S::communication>(),
         "between workers; auto: shared-memory on one machine, gloo on several; nccl between CUDA devices"},
        {"ablate", at<&S::ablate>(),
         "parts of the parametrization that are left out, as in sp, to see what each does"},
    };
}

std::vector<Setting> dataSettings()
{
    using S = Settings;
    return {
        {"data", at<&S::data>(),
         "HDF5 file in salt's layout; relative to the experiment file, else to config.json", Trait::File},
        {"validation_data", at<&S::validationData>(), "a second file for validation; empty: the end of data",
         Trait::File},
        {"validation_fraction", at<&S::validationFraction>(0, 0.9), "part of data kept for validation"},
        {"memory_gb", at<&S::memoryGb>(0),
         "GB of training jets that each worker keeps in memory; of a larger file, parts are read in turn"},
        {"log_every", at<&S::logEvery>(1), "steps between two lines of training metrics"},
        {"validate_every", at<&S::validateEvery>(0), "steps between two validations; 0: once an epoch"},
        {"evaluate", at<&S::evaluate>(),
         "at the end, tell how many c and light jets are rejected at 70 % b efficiency, of the validation "
         "jets"},
        {"checkpoint_every", at<&S::checkpointEvery>(-1),
         "steps between two checkpoints, besides one at the end; 0: with every validation; -1: none but on "
         "request"},
        {"statistics_every", at<&S::statisticsEvery>(0),
         "steps between two records of each layer's output and each tensor's gradient and update; 0: never"},
        {"fixed_batch", at<&S::fixedBatch>(),
         "take the first batch_size training jets at every step, as a coordinate check does"},
    };
}

} // namespace

const std::vector<Setting>& settings()
{
    static const std::vector<Setting> all = [] {
        std::vector<Setting> joined = modelSettings();
        const auto add = [&joined](const std::vector<Setting>& part) {
            joined.insert(joined.end(), part.begin(), part.end());
        };
        for (const SettingsGroup* group : settingsGroups()) {
            add(group->settings);
        }
        add(optimizerSettings());
        add(dataSettings());
        return joined;
    }();
    return all;
}

} // namespace widthwise::trainer
