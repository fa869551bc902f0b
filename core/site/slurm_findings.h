// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"
#include "core/site/site_questions.h"

namespace widthwise {

/// What the answers of a site's SLURM mean for the jobs that the site file describes: version, accounting,
/// partition, account, quality of service, limits, GPUs. Pure.
Findings judgeSlurm(const Site& site, const SiteAnswers& answers);

} // namespace widthwise
