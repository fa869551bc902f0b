// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <QString>

namespace widthwise::ui {

/// What a text would change of an experiment that was started, in words.
struct ChangeProposal {
    QString text;           ///< what differs, or why it cannot be so
    bool isPossible = true; ///< nothing that differs is refused
    bool isEmpty = true;    ///< nothing differs
};

ChangeProposal proposalOf(const ExperimentRecord& record, const QString& yaml);

} // namespace widthwise::ui
