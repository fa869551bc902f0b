// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// The path in a listing (see FileRequest) that was changed last; of several at one moment the one with the
/// greatest number: `version_10` comes after `version_9`.
std::optional<std::string> newestFile(std::string_view listing);

/// Where the file `path` may lie instead, the likeliest first: patterns for listings.
std::vector<std::string> similarFiles(const std::string& path);

} // namespace widthwise
