// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// Why this user cannot write the file or folder: "read-only file system", "no permission to write /data";
/// empty where they can, and where there is nothing of this name.
std::string whyNotWritable(const std::string& path);

/// False where another machine may write the file at the same time: memory that is mapped from it is then not
/// the same for both.
bool isOnThisMachine(const std::string& path);

/// The path itself, or what there is of the folders above it.
std::string nearestExisting(const std::string& path);

} // namespace widthwise
