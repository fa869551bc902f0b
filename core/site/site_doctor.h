// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_prompter.h"
#include "core/site/finding.h"
#include "core/site/site_access.h"
#include "core/site/site_questions.h"

#include <chrono>

namespace widthwise {

/// What the answers to questionScript mean. `folder` and `trainer` are those that were asked about. Pure.
Findings judgeSite(const Site& site, const std::string& folder, const std::string& trainer,
                   const SiteAnswers& answers);

/// How the clocks of a site and of this machine differ. Positive: the site's is ahead.
Finding judgeClock(std::chrono::milliseconds ahead);

/// Logs in, asks in two round trips, judges. `storeFile`, `trainer` and `prompter` are as for openSite. A
/// site that is out of reach is a finding.
Findings examineSite(const Site& site, const std::string& storeFile, const std::string& trainer,
                     SshPrompter* prompter);

} // namespace widthwise
