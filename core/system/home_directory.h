// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// `$HOME` where that is an absolute path, else what the user's database of accounts says; empty where
/// neither knows one.
std::string homeDirectory();

} // namespace widthwise
