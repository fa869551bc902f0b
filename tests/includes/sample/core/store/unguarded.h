// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/heavy.h"
#include "core/experiment/driver.h"
