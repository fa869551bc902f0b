// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace widthwise {

// The scripts of resources/launch, by their names.
extern const std::string_view standByText;
extern const std::string_view endingText;
extern const std::string_view containText;
extern const std::string_view wrapperText; ///< after stand_by, ending and contain
extern const std::string_view pilotText;   ///< after ending
extern const std::string_view stepText; ///< after stand_by
extern const std::string_view taskText; ///< after stand_by

} // namespace widthwise
