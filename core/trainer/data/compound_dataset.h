// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/hdf5_handle.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// To be read. Throws InputError, which tells a file that another program is writing from one that is
/// damaged.
Hdf5Handle openHdf5(const std::string& path);

/// The fields of a compound.
std::vector<std::string> memberNames(hid_t type);

/// How the chunks of a dataset are stored.
enum class ChunkCoding { Raw, Lzf, Gzip, Other };

/// One numeric member of a compound row, read straight from the row's bytes.
class Field {
public:
    using Read = double (*)(const std::byte*);
    Field(std::size_t offset, Read read) : m_offset(offset), m_read(read) {}
    double operator()(const std::byte* row) const { return m_read(row + m_offset); }

private:
    std::size_t m_offset;
    Read m_read;
};

/// A one- or two-dimensional dataset of compounds, read row by row in the file's own layout, which is several
/// times faster than letting HDF5 convert. All errors are InputErrors that name the file, the dataset and the
/// field.
class CompoundDataset {
public:
    CompoundDataset(hid_t file, std::string path, std::string name);

    int dimensions() const { return m_dimensions; }   ///< 1 or 2
    std::size_t rows() const { return m_rows; }       ///< jets
    std::size_t columns() const { return m_columns; } ///< compounds in a row: 1, or tracks per jet
    std::size_t stride() const { return m_stride; }   ///< bytes of one compound
    /// Rows that are best read together: those of a chunk, or of several small ones.
    std::size_t chunkRows() const { return m_chunkRows; }
    hid_t type() const { return m_type.get(); } ///< of one compound, in the file and in what is read

    bool has(const std::string& field) const;
    Field field(const std::string& name) const;
    std::vector<std::string> textAttribute(const std::string& name) const;

    /// The bytes of a compound that nobody wrote.
    std::vector<std::byte> fillValue() const;

    /// Throws InputError where not all of these rows were ever written (stored_rows.h). `depth`: of virtual
    /// datasets that lead here.
    void requireRows(std::size_t first, std::size_t count, int depth = 0) const;

    /// Reads `count` rows from `first` on into `bytes` ([count, columns] compounds).
    void read(std::size_t first, std::size_t count, std::vector<std::byte>& bytes) const;

    /// Reads the chunk of rows `index` · chunkRows() … whole into `bytes`, around HDF5's filters; `stored` is
    /// for what the file holds. False where that is not possible (other filters, or no such chunk) or fails:
    /// `read` knows more.
    bool readChunk(std::size_t index, std::vector<std::byte>& stored, std::vector<std::byte>& bytes) const;

private:
    void setChunks(hid_t properties, int rank);
    [[noreturn]] void fail(const std::string& what) const;
    void open(hid_t file);

    std::string m_path;
    std::string m_name;
    Hdf5Handle m_dataset;
    Hdf5Handle m_type;
    int m_dimensions = 1;
    std::size_t m_rows = 0;
    std::size_t m_columns = 1;
    std::size_t m_stride = 0;
    std::size_t m_chunkRows = 1;
    ChunkCoding m_coding = ChunkCoding::Other;
};

} // namespace widthwise::trainer
