// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_handle.h"

#include <array>
#include <functional>
#include <string>
#include <vector>

// Ways to store the same jets.

namespace widthwise::trainer {

inline constexpr hsize_t jetCount = 500;
inline constexpr hsize_t half = jetCount / 2;

/// One of the two datasets of a sound file, in memory.
struct Rows {
    Rows(const std::string& path, const char* of) : name(of)
    {
        const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
        const Hdf5Handle dataset(H5Dopen2(file.get(), of, H5P_DEFAULT), H5Dclose);
        type = {H5Dget_type(dataset.get()), H5Tclose};
        const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose);
        rank = H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
        rowBytes = size[1] * H5Tget_size(type.get());
        bytes.resize(size[0] * rowBytes);
        H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    }

    Hdf5Handle space(hsize_t rows) const
    {
        const std::array<hsize_t, 2> extent{rows, size[1]};
        return {H5Screate_simple(rank, extent.data(), nullptr), H5Sclose};
    }
    /// Rows `first`, `first + stride`, … of a dataset with so many.
    Hdf5Handle selection(hsize_t rows, hsize_t first, hsize_t count, hsize_t stride = 1) const
    {
        Hdf5Handle selected = space(rows);
        const std::array<hsize_t, 2> start{first, 0};
        const std::array<hsize_t, 2> steps{stride, 1};
        const std::array<hsize_t, 2> counts{count, size[1]};
        H5Sselect_hyperslab(selected.get(), H5S_SELECT_SET, start.data(), steps.data(), counts.data(),
                            nullptr);
        return selected;
    }
    Hdf5Handle create(hid_t file, hsize_t rows, hid_t properties) const
    {
        const Hdf5Handle extent = space(rows);
        return {H5Dcreate2(file, name, type.get(), extent.get(), H5P_DEFAULT, properties, H5P_DEFAULT),
                H5Dclose};
    }
    void write(hid_t dataset, hsize_t rows, hsize_t first, hsize_t count, hsize_t from) const
    {
        const Hdf5Handle memory = space(count);
        const Hdf5Handle there = selection(rows, first, count);
        H5Dwrite(dataset, type.get(), memory.get(), there.get(), H5P_DEFAULT, &bytes[from * rowBytes]);
    }

    const char* name;
    Hdf5Handle type;
    std::array<hsize_t, 2> size{0, 1};
    int rank = 0;
    std::size_t rowBytes = 0;
    std::vector<char> bytes;
};

/// Makes one of the datasets.
using Maker = std::function<Hdf5Handle(hid_t file, const Rows& rows)>;

inline Hdf5Handle whole(hid_t file, const Rows& rows)
{
    Hdf5Handle dataset = rows.create(file, jetCount, H5P_DEFAULT);
    rows.write(dataset.get(), jetCount, 0, jetCount, 0);
    return dataset;
}

/// Chunks of 100 rows, of which those from `first` on are written.
inline Hdf5Handle chunked(hid_t file, const Rows& rows, hsize_t first, hsize_t count, bool gzip)
{
    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const std::array<hsize_t, 2> chunk{100, rows.size[1]};
    H5Pset_chunk(properties.get(), rows.rank, chunk.data());
    if (gzip) {
        H5Pset_deflate(properties.get(), 1);
    }
    Hdf5Handle dataset = rows.create(file, jetCount, properties.get());
    rows.write(dataset.get(), jetCount, first, count, first);
    return dataset;
}

/// In two files beside it.
inline Hdf5Handle external(hid_t file, const Rows& rows)
{
    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const std::string name = rows.name;
    H5Pset_external(properties.get(), (name + "-a.raw").c_str(), 16, half * rows.rowBytes);
    H5Pset_external(properties.get(), (name + "-b.raw").c_str(), 0, H5F_UNLIMITED);
    return rows.create(file, jetCount, properties.get());
}

/// The first half of the rows from the first file, the second from the second; `step` 2: row by row in turn.
inline Hdf5Handle virtually(hid_t file, const Rows& rows, const char* first, const char* second,
                            hsize_t step = 1)
{
    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const Hdf5Handle from = rows.space(half);
    for (const hsize_t part : {0, 1}) {
        const Hdf5Handle to = rows.selection(jetCount, step == 1 ? part * half : part, half, step);
        H5Pset_virtual(properties.get(), to.get(), part == 0 ? first : second, rows.name, from.get());
    }
    return rows.create(file, jetCount, properties.get());
}

/// Open to what comes: h5py's layouts of unlimited sources.
inline Hdf5Handle unlimited(hid_t file, const Rows& rows)
{
    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const std::array<hsize_t, 2> extent{jetCount, rows.size[1]};
    const std::array<hsize_t, 2> most{H5S_UNLIMITED, rows.size[1]};
    const Hdf5Handle space(H5Screate_simple(rows.rank, extent.data(), most.data()), H5Sclose);
    const std::array<hsize_t, 2> start{0, 0};
    const std::array<hsize_t, 2> one{1, 1};
    const std::array<hsize_t, 2> count{H5S_UNLIMITED, 1};
    const std::array<hsize_t, 2> block{1, rows.size[1]};
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), one.data(), count.data(), block.data());
    H5Pset_virtual(properties.get(), space.get(), "whole.h5", rows.name, space.get());
    return {
        H5Dcreate2(file, rows.name, rows.type.get(), space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
        H5Dclose};
}

} // namespace widthwise::trainer
