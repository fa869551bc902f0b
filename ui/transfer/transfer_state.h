// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/transfer_report.h"
#include "core/study/transfer_study.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace widthwise::ui {

/// The small experiment that a transfer starts from.
struct TransferOffer {
    ExperimentRecord base;
    Experiment experiment;            ///< base's, under its name in the store
    std::vector<TrialRecord> best;    ///< trials with a value, the best first
    std::vector<std::int64_t> widths; ///< of `best`; 0 where it is not known
};

/// What the Transfer page shows of one experiment.
struct TransferState {
    std::int64_t experiment = 0; ///< whose page it is
    QString problem;             ///< why nothing can be transferred, in one sentence
    std::optional<TransferOffer> offer;
    std::vector<TransferReport> reports; ///< of all transfers from the offer's experiment
};
using TransferStatePtr = std::shared_ptr<const TransferState>;

/// A transfer shows the experiment that it comes from, with all of its transfers; any other shows itself.
TransferStatePtr readTransferState(Database& database, std::int64_t experiment, TimePoint now);

} // namespace widthwise::ui
