// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/home_directory.h"

#include <array>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace widthwise {

std::string homeDirectory()
{
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return home;
    std::array<char, 16384> buffer;
    passwd account{};
    passwd* found = nullptr;
    getpwuid_r(geteuid(), &account, buffer.data(), buffer.size(), &found);
    return found != nullptr && found->pw_dir != nullptr ? found->pw_dir : "";
}

} // namespace widthwise
