// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// A script for POSIX sh that prints slices of many files, with one process for all that did not change and
/// two for each that did. `mark` separates the slices: a word that no file contains.
std::string readFilesScript(std::span<const FileRequest> requests, const std::string& mark);

/// The slices in what the script printed, in the order of the requests. Throws HostError where it was cut
/// off.
std::vector<std::optional<FileSlice>>
readSlices(std::string_view output, std::span<const FileRequest> requests, const std::string& mark);

/// A script that writes its input to a file beside `path` and renames it; creates the folders above it.
std::string writeFileScript(const std::string& path);

/// The exit code of uploadScript where the checksum is another one.
constexpr int notWhatWasSent = 9;

/// As writeFileScript, where the input has this SHA-256; whatever else arrives is removed. Says why a folder
/// is not replaced.
std::string uploadScript(const std::string& path, const std::string& sha256, bool isProgram);

/// A script that writes many files and creates the folders above them. Each is there whole or not at all: one
/// that is there already is replaced by renaming.
std::string writeFilesScript(std::span<const FileContents> files);

} // namespace widthwise
