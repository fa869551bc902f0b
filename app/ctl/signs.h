// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"
#include "core/experiment/trial.h"

#include <string>

namespace widthwise::ctl {

/// The sign and colour of a state, the same as in the desktop; one ASCII character where UTF-8 cannot be
/// shown.
Span stateSign(TrialState state, const Terminal& terminal);
Span stateSign(ExperimentState state, const Terminal& terminal);

} // namespace widthwise::ctl
