// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What settings choose between.

namespace widthwise::trainer {

enum class OptimizerKind { Sgd, Adam, AdamW };
enum class ScheduleKind { Constant, Cosine, OneCycle };
/// How the workers of a trial talk to each other.
enum class Communication { Automatic, SharedMemory, Gloo, Nccl };
enum class Device { Automatic, Cpu, Cuda };
enum class Precision { Float32, Float64, Bfloat16 };

/// How initial values and learning rates depend on the width. The two forms of μP are the same model; they
/// differ in what is put into the forward multiplier of the readout.
enum class Parametrization {
    Standard,     ///< SP: one learning rate for all, variance 1/fan-in
    Maximal,      ///< μP as in Tensor Programs V (arXiv:2203.03466), table 8, and as in the `mup` package
    MaximalTable3 ///< μP as in table 3 of the same paper: no forward multiplier
};

/// What a parametrization can be left without, to see what each part does.
enum class Part {
    Initialization, ///< how initial deviations depend on the width
    Multipliers,    ///< what goes into a product
    LearningRates,  ///< and with them weight decay, Adam's ε and the norm that is clipped
    Attention       ///< the factor on query·key
};

} // namespace widthwise::trainer
