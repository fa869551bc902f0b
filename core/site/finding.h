// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

enum class Verdict {
    Good,
    Warning, ///< something works worse, or not at all, that one can do without
    Bad,     ///< nothing runs without it
};
std::string_view toText(Verdict verdict);

/// One thing that was looked at, on this machine or on a site.
struct Finding {
    std::string what;
    Verdict verdict = Verdict::Good;
    std::string found;
    std::string fix; ///< what to do about it; empty where nothing is to be done
    bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

/// A JSON array of findings, as `widthwisectl doctor --json` prints it, and back. findingsFromJson throws
/// std::invalid_argument for text that is not that.
std::string toJson(const Findings& findings);
Findings findingsFromJson(const std::string& json);

} // namespace widthwise
