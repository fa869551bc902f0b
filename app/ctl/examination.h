// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"

namespace widthwise::ctl {

/// Looks at this machine with this store: takes a second or two where the trainer measures its speed.
Findings examine(const std::string& storeFile);

} // namespace widthwise::ctl
