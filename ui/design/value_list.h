// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/value.h"

#include <QString>

#include <vector>

namespace widthwise::ui {

/// `adam, "1", 0.5`: quotes only round strings that would otherwise read as something else.
QString valueToText(const Value& value);
QString valuesToText(const std::vector<Value>& values);
/// The inverse; empty pieces are left out.
std::vector<Value> valuesFromText(const QString& text);

} // namespace widthwise::ui
