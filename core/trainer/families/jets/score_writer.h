// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/compound_dataset.h"
#include "core/trainer/data/hdf5_writer.h"
#include "core/trainer/families/jets/jet_sample.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Writes what a network says of each jet of a file as salt's PredictionWriter does, for puma to read: a
/// dataset `jets` with all numbers of the source's `jets` and float32 `{model}_pb`, `{model}_pc`,
/// `{model}_pu`,
/// `{model}_ptau`, one of each class. `pt` and `eta`, which puma plots against, are pt_btagJes and
/// eta_btagJes where the source lacks them. Throws InputError.
class ScoreWriter {
public:
    /// `jets` is how many will be written.
    ScoreWriter(const std::string& path, const std::string& source, const std::string& model,
                const std::vector<std::string>& classes, std::size_t jets);

    /// The next jets: `sample` says which rows of the source; `probabilities` is [jets, classes].
    void write(const JetSample& sample, std::span<const float> probabilities);
    void finish();

private:
    /// Bytes that go from a row of the source into a row of the result.
    struct Member {
        std::size_t from;
        std::size_t to;
        std::size_t size;
    };
    Hdf5Handle rowType(const std::string& model, const std::vector<std::string>& classes);

    Hdf5Handle m_sourceFile;
    CompoundDataset m_source;
    std::size_t m_classes;
    std::vector<Member> m_members;
    std::size_t m_scoresAt = 0; ///< bytes into a row
    std::size_t m_stride = 0;   ///< of a row
    Hdf5Writer m_writer;
    std::unique_ptr<RowDataset> m_jets;
    std::size_t m_written = 0;
    std::vector<std::byte> m_sourceRows;
    std::vector<std::byte> m_rows;
};

} // namespace widthwise::trainer
