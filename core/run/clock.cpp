// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/clock.h"

namespace widthwise {

TimePoint SystemClock::now() const
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace widthwise
