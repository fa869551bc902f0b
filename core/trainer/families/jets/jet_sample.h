// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/jet_layout.h"

#include <cstdint>
#include <functional>
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
    std::vector<std::uint32_t> rows;    ///< [jets], of the file
    std::vector<std::int8_t> origins;   ///< [tracks] where asked for, else empty
    std::vector<std::int32_t> vertices; ///< [tracks] where asked for, else empty

    std::size_t size() const { return labels.size(); }
    /// Adds the jets of `other`, which has the same variables and classes.
    void append(const JetSample& other);
    /// Makes room for about so many jets like those that are there.
    void reserve(std::size_t count);
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
    std::function<void()> betweenBlocks = {}; ///< called before each block is read; may throw to give up
};

/// How many jets `path` holds. Throws InputError.
std::size_t countJets(const std::string& path);

/// How the file names its tracks. Throws InputError.
TrackNames trackNamesOf(const std::string& path);

/// The flavours that the file tells apart. Throws InputError.
std::vector<std::string> flavoursOf(const std::string& path);

/// A run of rows of a file, and how many of its jets are of the classes asked for.
struct Block {
    std::size_t first = 0;
    std::size_t rows = 0;
    std::size_t jets = 0;
};

/// The request's rows cut into blocks of about 2000 that end where the file's chunks end. Reads only the
/// jets. Throws InputError, also where rows of jets or tracks were never written, or a jet's flavour is none
/// that the file names.
std::vector<Block> blocksOf(const SampleRequest& request);

/// Throws InputError naming the file, the dataset and the field.
JetSample readJets(const SampleRequest& request);

/// Some jets of a sample, their inputs laid out for the network.
struct JetBatch {
    std::vector<std::int64_t> offsets{0};
    std::vector<float> tokens; ///< [tracks, track variables + jet variables]
    std::vector<std::int64_t> labels;
    std::vector<std::int64_t> origins;  ///< [tracks], −1 where unknown; empty where the sample has none
    std::vector<std::int32_t> vertices; ///< [tracks]; empty where the sample has none
};

JetBatch gather(const JetSample& sample, std::span<const std::uint32_t> jets);
/// Adds them to `batch`.
void gather(const JetSample& sample, std::span<const std::uint32_t> jets, JetBatch& batch);

} // namespace widthwise::trainer
