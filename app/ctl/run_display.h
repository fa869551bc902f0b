// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/progress_text.h"

#include <memory>

namespace widthwise::ctl {

/// Shows a run while it goes on.
class RunDisplay {
public:
    virtual ~RunDisplay() = default;
    virtual void show(const Moment& moment) = 0;
    /// Takes away what moves; what was said stays.
    virtual void close() {}
};

// What is `known` of the trials already is not told again.

/// On the terminal that stdout is: a block that moves with a line above it for each trial that ended.
std::unique_ptr<RunDisplay> liveDisplay(std::span<const Trial> known);

/// A line for each trial that started or ended; `timestamps` before each, for a log.
std::unique_ptr<RunDisplay> plainDisplay(const Terminal& terminal, std::span<const Trial> known,
                                         bool timestamps);

/// A JSON object on a line for each trial that changed its state.
std::unique_ptr<RunDisplay> jsonDisplay(std::span<const Trial> known);

} // namespace widthwise::ctl
