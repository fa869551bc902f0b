// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"
#include "core/site/site_questions.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace widthwise {

/// What `df -Pk` says of one folder.
struct DiskSpace {
    std::string device;
    std::uint64_t available = 0; ///< bytes
};
std::optional<DiskSpace> readDf(std::string_view text);

/// What one person may have on one file system, as `lfs quota -q` and `quota -wp` list it; 0: no limit.
struct Quota {
    std::string device;
    std::uint64_t used = 0; ///< bytes
    std::uint64_t mostBytes = 0;
    std::uint64_t files = 0;
    std::uint64_t mostFiles = 0;
};
std::vector<Quota> readQuotas(std::string_view text);

/// Whether `folder` can be written to, what is free there, and what the person may still use of it. Pure.
Findings judgeDisk(const std::string& folder, const SiteAnswers& answers);

} // namespace widthwise
