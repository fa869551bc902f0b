// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a coordinate check says of a parametrization, and how sure that is.
//
// Slopes. Of each layer and step, d log2(mean |x|) / d log2(width): least squares over all trials, each seed
// with an intercept of its own. Layers of one kind and step share a part of what is known of their scatter:
// s² = (d·s²(layer) + m·s²(mean)) / (d + m) with d degrees of freedom of the layer and m = min(4, other
// layers). The ± is the 95 % interval of that slope alone, by Student's t with d + m degrees of freedom.
//
// Where μP's slopes lie. 0 for what is hidden. −½ for a readout before the first update, as its initial
// values do not add up but as 1/√width; from there to 0 once it learns; 0 at once where it starts at zero.
// The same for query·key where heads get wider, else 0. Layers behind the readout have no width of their own
// and are not judged. Models of finite width were seen to depart from this by up to 0.07 (tests/bench/run
// verdict).
//
// "Fails": a slope lies beyond those by more than 0.2, and by more than 0.1 beyond chance: one-sided t tests
// of all layers and steps at once, by Holm at 1 % together, on three widths or more.
// "Holds": of every layer the 95 % intervals lie within 0.2 of those at t = 1 and where the slope ends, over
// the last half of the steps (of each trial's geometric mean; there a readout has to be at 0). This is an
// intersection of tests, which needs no correction for their number. And the check would have seen a fault:
// hidden layers changed since the first recorded step by 2 % or more, and the 95 % interval of how that
// change goes with the width lies within 0.2 of −½ … 0. Without learning-rate multipliers it goes as the
// width to the power of ½ to 1, at rates so low that no slope shows it, too. "Too little to tell": fewer than
// three widths, or intervals wider than the band. Else "unclear".
#include "core/analysis/estimate.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// Mean |x| of one layer's output in one trial, in the forward pass before update number `t` (1, 2, …; t = 1
/// is the initial network). A trial that diverged says so by an `l1` that is not finite.
struct CoordinateRecord {
    std::string parametrization;
    std::int64_t width = 0;
    std::int64_t seed = 0;
    std::int64_t t = 0;
    std::string layer;
    double l1 = 0;
};

/// The training loss of one trial before update number `t`.
struct LossRecord {
    std::string parametrization;
    std::int64_t width = 0;
    std::int64_t seed = 0;
    std::int64_t t = 0;
    double loss = 0;
};

enum class LayerKind { Hidden, QueryKey, Readout, BehindReadout };

/// What is known of the model beside its records.
struct CheckedModel {
    std::optional<bool> headsGrow; ///< the width of a head grows with the model's, not their number
    bool readoutBias = true;       ///< the readout may have a bias that does not start at zero
    bool sgd = false;              ///< trained by it: learning-rate multipliers are above 1, not below
    std::map<std::string, LayerKind> kinds = {}; ///< of the layers of which it is known
};

/// What the trials of a coordinate check recorded. The losses may be missing.
struct CheckRecords {
    std::vector<CoordinateRecord> coordinates;
    std::vector<LossRecord> losses;
    CheckedModel model;
};

enum class CheckResult {
    Holds,      ///< shown to be as under μP
    Fails,      ///< shown not to be
    Unclear,    ///< neither
    Incomplete, ///< nothing to judge
    TooLittle   ///< too few widths or trials to show either
};

/// d log2(l1) / d log2(width) of one layer at one t, over all widths and seeds.
struct LayerSlope {
    std::string parametrization;
    std::string layer;
    LayerKind kind = LayerKind::Hidden;
    std::int64_t t = 0;
    Estimate slope;            ///< not known with fewer than two widths; unbounded with two trials
    double standardError = 0;  ///< of the slope, where it is bounded
    int degreesOfFreedom = 0;  ///< of the standard error
    int widths = 0;            ///< that the slope comes from
    int trials = 0;            ///< that the slope comes from
    bool startsAtZero = false; ///< the layer had no output at t = 1
    CheckResult result = CheckResult::Incomplete; ///< what it says by itself; Incomplete: it is not judged
    std::int64_t divergedAt = 0;                  ///< the smallest width that had diverged by then; 0: none
};

/// Limits of the distance of a slope from where μP's lies.
inline constexpr double slopeOfFiniteWidth = 0.1; ///< what models of finite width may show
inline constexpr double slopeBand = 0.2;          ///< inside it holds, outside it fails
inline constexpr double fewestMovement = 0.03;    ///< of log2(l1), below which nothing was tested
inline constexpr int fewestCheckWidths = 3;

/// A loss this many times the first one is that of a diverged run.
inline constexpr double divergedLoss = 3;

/// Why a check does not hold.
enum class CheckReason {
    None,
    InitialValues,      ///< of hidden layers
    Attention,          ///< its scale
    ReadoutUndivided,   ///< no forward multiplier, or initial values as in SP
    ReadoutDivided,     ///< by the width more than once
    LearningRates,      ///< multipliers are lost
    LearningRatesTwice, ///< updates shrink as the width grows
    Standard,           ///< the whole of SP
    Diverged,           ///< the rate is too high
    NotMoved,           ///< the rate is too low
    Movement,           ///< layers of wide models may change more than those of narrow ones, or less
    InitialRemainder,   ///< the readout's initial values outweigh what was learnt
    Imprecise,          ///< intervals too wide, or too few widths
    BetweenLimits       ///< neither within the band nor beyond
};

/// What a coordinate check says of one parametrization, and the slope that decides it.
struct CheckVerdict {
    std::string parametrization;
    CheckResult result = CheckResult::Incomplete;
    CheckReason reason = CheckReason::None;
    std::string layer;           ///< that fails first; else the one farthest from μP; empty: nothing judged
    std::int64_t t = 0;          ///< of that slope
    Estimate slope;              ///< of that layer at that t
    std::int64_t divergedAt = 0; ///< the smallest width that diverged at any t; 0: none
    double movement = 0;         ///< root mean square change of log2(l1) of hidden layers
    Estimate movementGrowth;     ///< d log2(movement) / d log2(width)
    std::string sentence;        ///< what was found, for people
    std::string cause;           ///< the usual cause and its fix, or what to add; empty where it holds
};

struct CheckAnalysis {
    std::vector<LayerSlope> slopes;     ///< parametrizations and layers as they first occur, t rising
    std::vector<CheckVerdict> verdicts; ///< one for each parametrization, as they first occur
};

CheckAnalysis analyze(const CheckRecords& records);

/// The slopes alone, without what they say.
///
/// Values that are not finite are left out and told by `divergedAt`, and so is all that a run recorded after
/// its loss was first `divergedLoss` times that of its first step. Zeros are left out, which have no
/// logarithm: the output of a layer that starts at zero.
std::vector<LayerSlope> layerSlopes(const CheckRecords& records);

/// Of each layer, as `known` says, else by its name. Query·key is `….attention.logits`. A readout is called
/// `readout` (also `encoder.readout`), or where no layer is, what ends in `logits`, `output`, `head`,
/// `classifier` or `decoder` outside an attention. `pool.…`, `jets.…`, `origin.…`, `vertex.…` and other
/// logits are behind it.
std::vector<LayerKind> layerKinds(std::span<const std::string> layers,
                                  const std::map<std::string, LayerKind>& known = {});

} // namespace widthwise
