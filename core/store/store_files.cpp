// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store_files.h"

#include "core/store/database.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace widthwise {

bool isFileOfStore(const std::string& path, const std::string& store)
{
    constexpr std::array suffixes{"", "-wal", "-shm", "-journal"};
    return std::ranges::any_of(suffixes, [&, main = storeWithoutLinks(store)](const char* suffix) {
        std::error_code isNone;
        return std::filesystem::equivalent(path, main + suffix, isNone);
    });
}

std::string fileOfStoreText(const std::string& path)
{
    return path + " belongs to the store with all experiments, and was not written over; choose another name";
}

} // namespace widthwise
