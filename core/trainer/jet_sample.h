// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Jets with their valid tracks packed one after another: the tracks of jet j are rows offsets[j] … offsets[j
/// + 1]. There is no padding anywhere.
struct JetSample {
    std::vector<std::string> jetVariables;
    std::vector<std::string> trackVariables;
    std::vector<std::string> classes;
    std::string tracksDataset; ///< `tracks` or `consts`

    std::vector<std::int64_t> offsets{0};
    std::vector<float> tracks; ///< [tracks, trackVariables]
    std::vector<float> jets;   ///< [jets, jetVariables]
    std::vector<std::int64_t> labels;
    std::vector<std::int8_t> origins;   ///< [tracks] where asked for, else empty
    std::vector<std::int32_t> vertices; ///< [tracks] where asked for, else empty

    std::size_t size() const { return labels.size(); }
};

/// The rows `first` … `first + count` of a file in salt's layout, and what to take from them.
struct SampleRequest {
    std::string path;
    std::vector<std::string> jetVariables;
    std::vector<std::string> trackVariables;
    std::vector<std::string> classes; ///< empty: all that the file names; jets of other classes are left out
    std::size_t first = 0;
    std::size_t count = 0;
    bool origins = false;
    bool vertices = false;
};

/// How many jets `path` holds. Throws InputError.
std::size_t countJets(const std::string& path);

/// The flavours that the file tells apart. Throws InputError.
std::vector<std::string> flavoursOf(const std::string& path);

/// Throws InputError naming the file, the dataset and the field.
JetSample readJets(const SampleRequest& request);

/// Mean and standard deviation of each variable.
struct Normalization {
    struct Variable {
        double mean = 0;
        double deviation = 1;
    };
    std::vector<Variable> jets;
    std::vector<Variable> tracks;
};

/// Over all jets and all their valid tracks, leaving out values that are not finite. Throws InputError naming
/// a variable that is constant.
Normalization measureNormalization(const JetSample& sample);

/// Reads salt's norm_dict.yaml: `{jets: {variable: {mean, std}}, tracks: {…}}`. Throws InputError naming the
/// variable whose entry is missing, not finite, or has no spread.
Normalization readNormalization(const std::string& path, const JetSample& sample);

/// Replaces x by (x − mean)/deviation, and what is not finite by 0. Returns how many values were not finite.
std::size_t normalize(JetSample& sample, const Normalization& normalization);

/// Some jets of a sample, their inputs laid out for the network.
struct Batch {
    std::vector<std::int64_t> offsets;
    std::vector<float> tokens; ///< [tracks, track variables + jet variables]
    std::vector<std::int64_t> labels;
    std::vector<std::int64_t> origins;  ///< [tracks], −1 where unknown; empty where the sample has none
    std::vector<std::int32_t> vertices; ///< [tracks]; empty where the sample has none
};

Batch gather(const JetSample& sample, std::span<const std::uint32_t> jets);

} // namespace widthwise::trainer
