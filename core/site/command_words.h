// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace widthwise {

/// What a shell command may name: its words, what follows an `=` or stands between commas in them, and the
/// same of commands within quotes. `{name}` stands as it is. There is more among them than the command means,
/// but nothing is missing that it spells out.
std::set<std::string> wordsOf(std::string_view command);

} // namespace widthwise
