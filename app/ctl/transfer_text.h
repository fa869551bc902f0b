// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"
#include "core/study/transfer_report.h"
#include "core/study/transfer_study.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise::ctl {

/// What is going to be run, how long it may take, and what should be known before.
std::vector<Line> transferPlanLines(const Experiment& base, std::span<const TrialRecord> winners,
                                    const Experiment& transfer,
                                    const std::optional<TransferEstimate>& estimate,
                                    std::span<const TransferNote> notes);

/// Small beside large, and the time that the search at the small width saved.
std::vector<Line> transferLines(const TransferReport& report, const Terminal& terminal, TimePoint now);

/// `{"experiment": name, "search": name, "trials": [{"narrow": …, "wide": …, "difference": …}], …}`; what is
/// not known is absent. Of several an array; as the event of a run on one line.
std::string transferJson(const TransferReport& report, TimePoint now);
std::string transfersJson(std::span<const TransferReport> reports, TimePoint now);
std::string transferEvent(const TransferReport& report, TimePoint now);

} // namespace widthwise::ctl
