// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/help.h"
#include "core/store/unguarded.h"
#include <qcustomplot.h>
