// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/hdf5_handle.h"

#include "core/trainer/data/lzf.h"

#include <cstdlib>
#include <span>

namespace widthwise::trainer {

namespace {

/// HDF5's filter callback: decodes only. The chunk's size is the third client value, as h5py writes it.
std::size_t filterLzf(unsigned flags, std::size_t count, const unsigned* values, std::size_t bytes,
                      std::size_t* capacity, void** buffer)
{
    if ((flags & H5Z_FLAG_REVERSE) == 0) {
        return 0;
    }
    std::size_t size = count > 2 && values[2] > 0 ? values[2] : *capacity;
    for (;; size *= 2) {
        void* output = std::malloc(size);
        if (output == nullptr) {
            return 0;
        }
        const std::span input(static_cast<const unsigned char*>(*buffer), bytes);
        const LzfResult result = decodeLzf(input, {static_cast<unsigned char*>(output), size});
        if (result.status == LzfStatus::Decoded) {
            std::free(*buffer);
            *buffer = output;
            *capacity = size;
            return result.size;
        }
        std::free(output);
        if (result.status == LzfStatus::Corrupt || size > (std::size_t{1} << 32)) {
            return 0;
        }
    }
}

} // namespace

void prepareHdf5()
{
    // HDF5 reads it when it starts. It would look in the current folder, a trial's own, where no data are.
    setenv("HDF5_EXTFILE_PREFIX", "${ORIGIN}", 0);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const H5Z_class2_t filter{H5Z_CLASS_T_VERS, lzfFilter, 0, 1, "lzf", nullptr, nullptr, filterLzf};
    H5Zregister(&filter);
}

std::string hdf5Reason()
{
    std::string reason;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned, const H5E_error2_t* error, void* text) -> herr_t {
            auto& first = *static_cast<std::string*>(text);
            if (first.empty() && error->desc != nullptr) {
                first = error->desc;
            }
            return 0;
        },
        &reason);
    return reason.empty() ? reason : " (" + reason + ")";
}

} // namespace widthwise::trainer
