// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/value.h"

#include <string>

namespace widthwise {

/// As a sentence says a number: "3", where toText of the value is "3.0".
inline std::string plainNumber(double value)
{
    std::string text = toText(Value(value));
    if (text.ends_with(".0"))
        text.resize(text.size() - 2);
    return text;
}

} // namespace widthwise
