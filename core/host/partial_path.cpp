// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/partial_path.h"

#include <unistd.h>

#include <atomic>

namespace widthwise {

std::string partialPath(const std::string& path)
{
    static std::atomic<int> calls = 0;
    return path + ".part" + std::to_string(getpid()) + '-' + std::to_string(++calls);
}

} // namespace widthwise
