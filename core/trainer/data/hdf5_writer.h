// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/hdf5_handle.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// An HDF5 file that appears under its name only when it is whole. Throws InputError where it cannot be
/// written.
class Hdf5Writer {
public:
    explicit Hdf5Writer(std::string path);
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;
    ~Hdf5Writer();

    hid_t file() const { return m_file.get(); }
    const std::string& path() const { return m_path; }
    /// Closes the file and gives it its name; its datasets must be closed before.
    void finish();

private:
    std::string m_path;
    Hdf5Handle m_file;
};

void writeText(hid_t object, const char* name, const std::string& text);
/// As h5py writes a list of strings.
void writeTexts(hid_t object, const char* name, const std::vector<std::string>& texts);

/// A dataset of [rows] or [rows, columns] compounds in gzip-compressed chunks of 100 rows, written block by
/// block.
class RowDataset {
public:
    /// `type` is that of a compound in memory; in the file it has no gaps. `columns` 0: one dimension.
    RowDataset(const Hdf5Writer& writer, const char* name, Hdf5Handle type, std::uint64_t rows,
               std::uint64_t columns = 0);

    void write(std::uint64_t first, std::uint64_t count, const void* rows);
    hid_t id() const { return m_dataset.get(); }

private:
    std::string m_path;
    Hdf5Handle m_type;
    std::uint64_t m_columns;
    Hdf5Handle m_dataset;
};

} // namespace widthwise::trainer
