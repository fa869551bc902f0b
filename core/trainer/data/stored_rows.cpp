// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/stored_rows.h"

#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/data/virtual_rows.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include <vector>

namespace widthwise::trainer {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const NamedDataset& dataset, const std::string& what)
{
    throw InputError(dataset.path + ": dataset \"" + dataset.name + "\" " + what);
}

std::string rowsText(std::size_t first, std::size_t end)
{
    return "rows " + std::to_string(first) + " to " + std::to_string(end - 1);
}

/// One- or two-dimensional.
struct Extent {
    explicit Extent(hid_t dataset)
    {
        const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
        rank = H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
    }
    std::array<hsize_t, 2> size{0, 1};
    int rank = 0;
};

bool isWritten(hid_t dataset, const Extent& extent, hsize_t row, hsize_t chunkColumns)
{
    for (hsize_t column = 0; column < extent.size[1]; column += chunkColumns) {
        const std::array<hsize_t, 2> start{row, column};
        hsize_t bytes = 0;
        if (H5Dget_chunk_storage_size(dataset, start.data(), &bytes) < 0 || bytes == 0) {
            return false;
        }
    }
    return true;
}

void requireChunks(const NamedDataset& dataset, hid_t properties, std::size_t first, std::size_t end)
{
    const Extent extent(dataset.id);
    std::array<hsize_t, 2> chunk{1, 1};
    H5Pget_chunk(properties, extent.rank, chunk.data());
    const auto written = [&](hsize_t row) { return isWritten(dataset.id, extent, row, chunk[1]); };
    for (hsize_t row = first / chunk[0] * chunk[0]; row < end; row += chunk[0]) {
        if (written(row)) {
            continue;
        }
        hsize_t last = row + chunk[0];
        while (last < end && !written(last)) {
            last += chunk[0];
        }
        fail(dataset,
             "was never written at " + rowsText(std::max<hsize_t>(row, first), std::min<hsize_t>(last, end)) +
                 ": the program that made the file did not finish; make it again, or use only what comes "
                 "before");
    }
}

/// Where HDF5 looks for a file with the bytes of a dataset.
fs::path externalFile(const NamedDataset& dataset, const char* name)
{
    std::array<char, PATH_MAX> prefix{};
    const Hdf5Handle access(H5Dget_access_plist(dataset.id), H5Pclose);
    H5Pget_efile_prefix(access.get(), prefix.data(), prefix.size());
    return fs::path(prefix.data()) / name; // which is an absolute name alone
}

void requireExternalFiles(const NamedDataset& dataset, hid_t properties, std::size_t first, std::size_t end)
{
    const Extent extent(dataset.id);
    const Hdf5Handle type(H5Dget_type(dataset.id), H5Tclose);
    const hsize_t rowBytes = extent.size[1] * H5Tget_size(type.get());
    hsize_t from = 0; // of the dataset's bytes, in this file
    for (int i = 0; i < H5Pget_external_count(properties); ++i) {
        std::array<char, PATH_MAX> name{};
        off_t offset = 0;
        hsize_t size = 0;
        H5Pget_external(properties, static_cast<unsigned>(i), name.size() - 1, name.data(), &offset, &size);
        const hsize_t wantedEnd = end * rowBytes;
        const hsize_t to = size == H5F_UNLIMITED || size > wantedEnd - from ? wantedEnd : from + size;
        if (to > first * rowBytes) {
            const fs::path file = externalFile(dataset, name.data());
            std::error_code error;
            const auto bytes = fs::file_size(file, error);
            if (error) {
                fail(dataset, "lies in the file " + file.string() + ": " + error.message());
            }
            if (const auto needed = static_cast<hsize_t>(offset) + to - from; bytes < needed) {
                fail(dataset, "lies in the file " + file.string() + ", which is too short: it has " +
                                  std::to_string(bytes) + " of " + std::to_string(needed) + " bytes");
            }
        }
        from = to;
        if (from == wantedEnd) {
            return;
        }
    }
    fail(dataset,
         "lies in files that together are too short for its " + std::to_string(extent.size[0]) + " rows");
}

void requireSpace(const NamedDataset& dataset, std::size_t first, std::size_t end)
{
    H5D_space_status_t status = H5D_SPACE_STATUS_NOT_ALLOCATED;
    H5Dget_space_status(dataset.id, &status);
    if (status == H5D_SPACE_STATUS_NOT_ALLOCATED) {
        fail(dataset, "was never written at " + rowsText(first, end) +
                          ": the program that made the file did not finish; make it again");
    }
}

} // namespace

void requireStored(const NamedDataset& dataset, std::size_t first, std::size_t count, int depth)
{
    if (count == 0) {
        return;
    }
    const Hdf5Handle properties(H5Dget_create_plist(dataset.id), H5Pclose);
    switch (H5Pget_layout(properties.get())) {
    case H5D_CHUNKED:
        return requireChunks(dataset, properties.get(), first, first + count);
    case H5D_VIRTUAL:
        return requireSources(dataset, properties.get(), first, count, depth);
    case H5D_CONTIGUOUS:
        return H5Pget_external_count(properties.get()) > 0
                   ? requireExternalFiles(dataset, properties.get(), first, first + count)
                   : requireSpace(dataset, first, first + count);
    default: // in the file's own headers
        return;
    }
}

} // namespace widthwise::trainer
