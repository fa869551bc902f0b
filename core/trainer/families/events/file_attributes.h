// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <hdf5.h>

#include <optional>
#include <string>
#include <vector>

namespace widthwise::trainer {

// Attributes of an HDF5 object; empty where there is none of that name and kind.

std::optional<std::string> textAttribute(hid_t object, const char* name);
/// A list of texts, of one length or of their own, as h5py and HDF5 itself write them.
std::optional<std::vector<std::string>> textsAttribute(hid_t object, const char* name);
std::optional<double> numberAttribute(hid_t object, const char* name);
std::optional<std::vector<double>> numbersAttribute(hid_t object, const char* name);

} // namespace widthwise::trainer
