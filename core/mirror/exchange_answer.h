// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mirror/exchange.h"

namespace widthwise {

/// How much one answer holds at most.
struct ExchangeLimits {
    int rows = 4000;              ///< of each kind
    std::size_t points = 350'000; ///< about 4 MiB
};

/// What a store answers to who keeps a copy of it: records the commands, and then tells what changed, all of
/// one moment. Throws StoreError.
ExchangeAnswer answerTo(const ExchangeRequest& request, Database& database, TimePoint now,
                        const ExchangeLimits& limits = {});

} // namespace widthwise
