// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/standing.h"

namespace widthwise {

bool isAlive(const std::optional<DriverInfo>& driver, TimePoint now)
{
    return driver && driver->running && now - driver->heartbeat <= driverSilence;
}

bool isLost(const std::optional<DriverInfo>& driver, TimePoint now)
{
    return driver && driver->running && !isAlive(driver, now);
}

bool needsDriver(const Standing& standing)
{
    return !standing.driven && !standing.copy;
}

} // namespace widthwise
