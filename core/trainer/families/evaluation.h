// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/metrics_log.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/network.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// What a network says of jets, and what these are.
struct JetScores {
    std::vector<std::string> classes;
    std::vector<float> probabilities; ///< [jets, classes], of each jet adding up to 1
    std::vector<std::int64_t> labels; ///< [jets], the true classes
};

/// Of the jets of a normalised sample.
template <typename Real>
JetScores scoresOf(Network<Real>& network, const JetSample& sample);

struct EvaluationRequest {
    Settings settings;
    std::string dataDirectory; ///< what relative paths in the settings are relative to
    std::string checkpoint;
    std::string normDict;
    std::string data;   ///< whose jets are evaluated; empty: the validation jets of the settings
    std::string scores; ///< the HDF5 file to write (see ScoreWriter); empty: none
    std::string name;   ///< of the model, in the names of the scores
};

/// Runs a trained network over jets, some thousands at a time: of the jets only the result stays in memory.
/// Throws InputError.
JetScores evaluate(const EvaluationRequest& request, std::ostream& notices);

/// `evaluation/c_rejection_70`, `evaluation/light_rejection_70`: of D_b at 70 % b efficiency. Empty where a
/// class is missing.
Metrics headlines(const JetScores& scores);

} // namespace widthwise::trainer
