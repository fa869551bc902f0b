// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"
#include "core/trainer/families/jets/jet_sample.h"

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
JetScores scoresOf(Predictor& network, const JetSample& sample);

/// Where the scores of jets go besides.
struct ScoreFile {
    std::string path; ///< the HDF5 file to write (see ScoreWriter); empty: none
    std::string name; ///< of the model, in the names of the scores
};

/// Runs a trained network of `family` over jets, some thousands at a time: of the jets only the result stays
/// in memory. Throws InputError.
JetScores scoresOf(const Family& family, const EvaluationRequest& request, const ScoreFile& file,
                   std::ostream& notices);

/// `evaluation/c_rejection_70`, `evaluation/light_rejection_70`: of D_b at 70 % b efficiency. Empty where a
/// class is missing.
Metrics headlines(const JetScores& scores);

} // namespace widthwise::trainer
