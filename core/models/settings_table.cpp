// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings_table.h"

namespace widthwise::trainer {

namespace {

template <typename T>
Member<T> at(T Settings::*pointer, double low = -none, double high = none)
{
    return {pointer, {low, high}};
}

std::vector<Setting> modelSettings()
{
    using S = Settings;
    return {
        {"model", at(&S::model),
         "the network: gn2, ATLAS's flavour-tagging transformer, mlp, a perceptron, or mlpf, particle flow's "
         "transformer"},
        {"width", at(&S::width, 1), "width W of the tokens"},
        {"base_width", at(&S::baseWidth, 1),
         "width at which SP and μP are the same, and to which learning rates refer"},
        {"layers", at(&S::layers, 0), "encoder layers, or hidden layers of an mlp"},
        {"heads", at(&S::heads, 1), "attention heads at every width; must divide width and base_width"},
        {"head_width", at(&S::headWidth, 0),
         "width of a head at every width, in place of heads; 0: width / heads, of an mlpf 16"},
        {"parametrization", at(&S::parametrization),
         "sp; mup as in table 8 of Tensor Programs V; mup-table-3"},
        {"zero_readout", at(&S::zeroReadout), "start the readout at zero"},
        {"zero_query", at(&S::zeroQuery), "start the attention queries at zero"},
        {"register_token", at(&S::registerToken),
         "give each jet's tracks a learnt token as company, as salt does today"},
        {"norm_after_readout", at(&S::normAfterReadout),
         "normalise what the output projection puts out, as salt does today, not what it takes in"},
        {"origin_task", at(&S::originTask), "also learn the origin of each track"},
        {"origin_loss_weight", at(&S::originLossWeight, 0), "its weight in the loss; that of the jets is 1"},
        {"vertex_task", at(&S::vertexTask),
         "also learn which tracks share a vertex; pairs weigh by their origins"},
        {"vertex_loss_weight", at(&S::vertexLossWeight, 0), "its weight in the loss"},
        {"mlp_tracks", at(&S::mlpTracks, 1, 40), "leading tracks that an mlp sees"},
        {"activation", at(&S::activation), "of an mlp"},
        {"bias", at(&S::bias), "whether an mlp's layers have biases"},
        {"standardize", at(&S::standardize),
         "scale an mlpf's inputs by their mean and deviation in each type of element; false: take them as "
         "they are"},
        {"identity_start", at(&S::identityStart),
         "start an mlpf as if each particle had its element's momentum"},
        {"binary_loss_weight", at(&S::binaryLossWeight, 0),
         "of an mlpf: weight in the loss of whether an element has a particle; that of which is 1"},
        {"pt_loss_weight", at(&S::ptLossWeight, 0), "of an mlpf: weight of ln pT"},
        {"direction_loss_weight", at(&S::directionLossWeight, 0),
         "of an mlpf: weight of each of η, sin φ and cos φ"},
        {"energy_loss_weight", at(&S::energyLossWeight, 0), "of an mlpf: weight of ln E"},
    };
}

std::vector<Setting> optimizerSettings()
{
    using S = Settings;
    return {
        {"optimizer", at(&S::optimizer), "what turns gradients into updates"},
        {"momentum", at(&S::momentum, 0, 1), "of sgd"},
        {"beta1", at(&S::beta1, 0, 1), "of adam and adamw"},
        {"beta2", at(&S::beta2, 0, 1), "of adam and adamw"},
        {"epsilon", at(&S::epsilon, 0), "of adam and adamw, at the base width"},
        {"weight_decay", at(&S::weightDecay, 0), "of adamw and sgd, at the base width"},
        {"gradient_clip", at(&S::gradientClip, 0),
         "largest norm of the gradient, in both forms of μP that of mup; 0: no clipping"},
        {"schedule", at(&S::schedule),
         "how the learning rate runs; every group's rate is multiplier × schedule"},
        {"max_lr", at(&S::maxLr, 0), "highest learning rate, at the base width"},
        {"initial_lr", at(&S::initialLr, 0), "learning rate of the first step"},
        {"final_lr", at(&S::finalLr, 0), "learning rate of the last step"},
        {"warmup_fraction", at(&S::warmupFraction, 0, 1), "part of the steps in which the rate rises"},
        {"warmup_steps", at(&S::warmupSteps, 0),
         "steps in which the rate rises, in place of warmup_fraction"},
        {"cycle_beta1", at(&S::cycleBeta1), "let β1 run 0.95 → 0.85 → 0.95 with one-cycle, as PyTorch does"},
        {"batch_size", at(&S::batchSize, 1), "jets or events in a step of each worker"},
        {"epochs", at(&S::epochs, 0), "passes over the training jets; need not be whole"},
        {"steps", at(&S::steps, 0), "steps, in place of epochs"},
        {"seed", at(&S::seed, 0), "of the initial values and the order of the jets"},
        {"precision", at(&S::precision),
         "float32; float64 to check a result; bf16: matrix products in bfloat16, all else in float32"},
        {"device", at(&S::device),
         "where to compute; auto: on a CUDA device where LibTorch sees one, else on the CPU"},
        {"threads", at(&S::threads, 1, 1024), "CPU threads of each worker"},
        {"workers", at(&S::workers, 1, 1024),
         "processes that train the model together, each on a slice of every batch"},
        {"communication", at(&S::communication),
         "between workers; auto: shared-memory on one machine, gloo on several; nccl between CUDA devices"},
        {"ablate", at(&S::ablate),
         "parts of the parametrization that are left out, as in sp, to see what each does"},
    };
}

std::vector<Setting> dataSettings()
{
    using S = Settings;
    return {
        {"data", at(&S::data),
         "HDF5 file in salt's layout, or with an mlpf's events; relative to the experiment file, else to "
         "config.json"},
        {"validation_data", at(&S::validationData), "a second file for validation; empty: the end of data"},
        {"validation_fraction", at(&S::validationFraction, 0, 0.9), "part of data kept for validation"},
        {"jets", at(&S::jets, 0), "use only the first so many jets or events of data; 0: all"},
        {"memory_gb", at(&S::memoryGb, 0),
         "GB of training jets that each worker keeps in memory; of a larger file, parts are read in turn"},
        {"classes", at(&S::classes),
         "flavours to tell apart, by their names in the file; empty: all in the file"},
        {"class_weights", at(&S::classWeights), "weight of each class in the loss; empty: from class_dict"},
        {"origin_weights", at(&S::originWeights),
         "weight of each of the 8 track origins; empty: from class_dict"},
        {"jet_variables", at(&S::jetVariables), "jet inputs, repeated for each track"},
        {"track_variables", at(&S::trackVariables), "track inputs"},
        {"norm_dict", at(&S::normDict),
         "salt's YAML with mean and std of each variable; empty: taken from the training jets"},
        {"class_dict", at(&S::classDict), "salt's YAML with the weights of the classes; empty: all 1"},
        {"log_every", at(&S::logEvery, 1), "steps between two lines of training metrics"},
        {"validate_every", at(&S::validateEvery, 0), "steps between two validations; 0: once an epoch"},
        {"evaluate", at(&S::evaluate),
         "at the end, tell how many c and light jets are rejected at 70 % b efficiency, of the validation "
         "jets"},
        {"checkpoint_every", at(&S::checkpointEvery, -1),
         "steps between two checkpoints, besides one at the end; 0: with every validation; -1: none but on "
         "request"},
        {"statistics_every", at(&S::statisticsEvery, 0),
         "steps between two records of each layer's output and each tensor's gradient and update; 0: never"},
        {"fixed_batch", at(&S::fixedBatch),
         "take the first batch_size training jets at every step, as a coordinate check does"},
    };
}

} // namespace

const std::vector<Setting>& settings()
{
    static const std::vector<Setting> all = [] {
        std::vector<Setting> joined = modelSettings();
        for (const auto& part : {optimizerSettings(), dataSettings()}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

} // namespace widthwise::trainer
