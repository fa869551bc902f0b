// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// True where what lies at `path`, by whatever name, is the store, its log or the log's index: nothing else
/// may be written there. Opens neither.
bool isFileOfStore(const std::string& path, const std::string& store);

/// One sentence for who asked for it.
std::string fileOfStoreText(const std::string& path);

} // namespace widthwise
