// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace widthwise {

/// `text` without what steers a terminal: escape sequences (colours, titles, cursor) and control characters.
/// Line ends, carriage returns and tabs stay.
std::string plainText(std::string_view text);

/// `text` with U+FFFD for each piece that is no UTF-8, as it is kept and shown: a name is the same before and
/// after.
std::string validText(std::string_view text);

/// Whether it moves a terminal's cursor to a line above, as nested progress bars do.
bool movesCursorUp(std::string_view text);

} // namespace widthwise
