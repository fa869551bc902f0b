// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/families/events/event_layout.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Jets of each event, packed: those of event i are rows offsets[i] … offsets[i + 1].
struct EventJets {
    std::vector<std::int64_t> offsets{0};
    std::vector<JetRow> jets;
};

/// Particle-flow events in an HDF5 file, read part by part: /elements and /targets [rows, columns], /offsets
/// [events + 1], and where there are any /candidates, /events and /genjets with /genjet_offsets. Columns go
/// by their names in the attributes of the file, never by their numbers. All errors are InputErrors that name
/// the file, the dataset and the column.
class EventFile {
public:
    /// Reads all but the rows: attributes, shapes and offsets.
    explicit EventFile(std::string path);

    const std::string& path() const { return m_path; }
    std::size_t size() const { return m_offsets.size() - 1; } ///< events
    const std::vector<std::int64_t>& offsets() const { return m_offsets; }
    bool hasCandidates() const { return static_cast<bool>(m_candidates.id); }
    bool hasGenJets() const { return static_cast<bool>(m_genJets.id); }
    bool isToy() const { return m_isToy; }
    double field() const { return m_field; } ///< T; NaN where the file does not say

    /// The events `first` … `first + count`. Rows that were never written, numbers that are not finite,
    /// types, classes and energies that cannot be are refused.
    EventSample read(std::size_t first, std::size_t count) const;
    /// Of all particles; only where there are some.
    EventJets readGenJets(std::size_t first, std::size_t count) const;

private:
    struct Matrix {
        Hdf5Handle id{};
        std::string name{};
        std::size_t rows = 0;
        std::size_t columns = 0;
    };
    /// Which column of the file each of ours is.
    using Columns = std::vector<std::size_t>;

    [[noreturn]] void fail(const std::string& dataset, const std::string& what) const;
    void requireFormat() const;
    Matrix open(const std::string& name, std::size_t rank) const;
    std::vector<std::int64_t> readOffsets(const std::string& name, const Matrix& rows) const;
    std::vector<std::string> columnNames(const std::string& attribute, const Matrix& matrix) const;
    Columns columns(const std::string& attribute, const Matrix& matrix,
                    std::span<const std::string_view> wanted) const;
    std::vector<float> readRows(const Matrix& matrix, std::size_t first, std::size_t count) const;
    std::vector<float> readMet(std::size_t first, std::size_t count) const;
    void readElements(std::size_t first, EventSample& sample) const;
    std::vector<TargetRow> readTargets(const Matrix& matrix, const Columns& columns, std::size_t firstEvent,
                                       const EventSample& sample) const;
    void requireTarget(const Matrix& matrix, const TargetRow& row, const ElementRow& element,
                       const std::string& place) const;
    std::string placeOf(std::size_t row) const;

    std::string m_path;
    Hdf5Handle m_file;
    Matrix m_elements;
    Matrix m_targets;
    Matrix m_candidates;
    Matrix m_genJets;
    Columns m_trackColumns;
    Columns m_clusterColumns;
    Columns m_targetColumns;
    std::vector<std::int64_t> m_offsets;
    std::vector<std::int64_t> m_genJetOffsets;
    bool m_isToy = false;
    bool m_hasMet = false;
    double m_field = 0;
};

} // namespace widthwise::trainer
