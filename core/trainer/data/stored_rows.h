// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <string>

namespace widthwise::trainer {

/// A dataset and how messages call it.
struct NamedDataset {
    hid_t id;
    const std::string& path; ///< of its file
    const std::string& name;
};

/// Throws InputError where HDF5 would hand out its fill value, as a rule zeros, for some of the rows `first`
/// … `first + count` without a word: chunks or whole datasets that were never written, files beside this one
/// that are missing or too short (H5Pset_external), and virtual datasets whose sources are missing, too
/// short, or themselves such. `depth` is how many virtual datasets lead here.
void requireStored(const NamedDataset& dataset, std::size_t first, std::size_t count, int depth = 0);

} // namespace widthwise::trainer
