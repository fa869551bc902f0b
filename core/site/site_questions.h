// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/site.h"

#include <map>
#include <string>
#include <string_view>

namespace widthwise {

/// What one command on a site came to.
struct SiteAnswer {
    int exitCode = 0;
    std::string text; ///< of stdout and stderr, without spaces at the end
};
using SiteAnswers =
    std::map<std::string, SiteAnswer, std::less<>>; ///< by question; one that was not asked is absent

/// A shell script that asks everything about a site in one round trip:
/// `tools`, `folder` (can it be written), `space` (df), `lfs`, `quota`, `trainer` (is it there), `info`,
/// `prologue` and `container` where there is one, and of SLURM `ping`, `config`, `partitions`,
/// `associations`, `qos`; only `ping` where the controller does not answer, since each of the others would
/// wait for it. `mark` begins the lines between the answers; nothing else may.
std::string questionScript(const Site& site, const std::string& folder, const std::string& trainer,
                           const std::string& mark);
SiteAnswers readAnswers(std::string_view output, const std::string& mark);

} // namespace widthwise
