// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace widthwise {

/// `text` as one word of a POSIX shell: as it stands where it is plain, in single quotes elsewhere.
std::string shellQuoted(std::string_view text);

} // namespace widthwise
