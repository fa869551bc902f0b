// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/unguarded.h"
#include "ui/plot.h"
#include <QObject>
#include "heavy.h"
