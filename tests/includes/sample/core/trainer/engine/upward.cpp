// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/heavy.h"
#include "core/store/unguarded.h"
#include "core/trainer/families/gn2/gn2.h"
