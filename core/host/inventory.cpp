// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/inventory.h"

#include <algorithm>
#include <cstdlib>
#include <sched.h>
#include <sstream>
#include <unistd.h>

namespace widthwise {

namespace {

int usableCpus()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}

std::vector<std::string> gpuNames(Host& host)
{
    const CommandResult answer =
        host.run("nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null", std::chrono::seconds(20));
    std::vector<std::string> names;
    if (answer.exitCode != 0)
        return names;
    std::istringstream lines(answer.output);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty())
            names.push_back(line);
    if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) {
        const std::string_view ids = visible;
        const auto count = ids.empty() ? 0 : std::count(ids.begin(), ids.end(), ',') + 1;
        names.resize(std::min(names.size(), static_cast<std::size_t>(count)));
    }
    return names;
}

} // namespace

Inventory localInventory(Host& host)
{
    Inventory inventory;
    inventory.cpus = usableCpus();
    inventory.memoryMiB =
        std::int64_t{sysconf(_SC_PHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)} / (std::int64_t{1} << 20);
    inventory.gpus = gpuNames(host);
    return inventory;
}

} // namespace widthwise
