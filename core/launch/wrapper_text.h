// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace widthwise {

/// resources/launch/wrapper.sh.
extern const std::string_view wrapperText;
/// resources/launch/pilot.sh.
extern const std::string_view pilotText;

} // namespace widthwise
