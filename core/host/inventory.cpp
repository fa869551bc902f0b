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

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

std::string withoutOuterSpaces(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// CUDA_VISIBLE_DEVICES names devices by index or by (the beginning of) their UUID, and the first name that
/// fits none hides it and all after it: CUDA C++ programming guide, "CUDA environment variables".
std::vector<Gpu> visibleAmong(const std::vector<Gpu>& all, const std::vector<std::string>& uuids,
                              const char* visible)
{
    std::vector<Gpu> gpus;
    for (const std::string& entry : split(visible, ',')) {
        const std::string id = withoutOuterSpaces(entry);
        std::size_t index = 0;
        while (index < all.size() && id != all[index].id && (id.empty() || !uuids[index].starts_with(id)))
            ++index;
        if (index == all.size())
            break;
        gpus.push_back({id, all[index].name});
    }
    return gpus;
}

std::vector<Gpu> localGpus(Host& host)
{
    const CommandResult answer = host.run(
        "nvidia-smi --query-gpu=index,uuid,name --format=csv,noheader 2>/dev/null", std::chrono::seconds(20));
    std::vector<Gpu> gpus;
    std::vector<std::string> uuids;
    if (answer.exitCode == 0)
        for (const std::string& line : split(answer.output, '\n'))
            if (const std::vector<std::string> columns = split(line, ','); columns.size() >= 3) {
                gpus.push_back({withoutOuterSpaces(columns[0]), withoutOuterSpaces(columns[2])});
                uuids.push_back(withoutOuterSpaces(columns[1]));
            }
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    return visible ? visibleAmong(gpus, uuids, visible) : gpus;
}

} // namespace

Inventory localInventory(Host& host)
{
    Inventory inventory;
    inventory.cpus = usableCpus();
    inventory.memoryMiB =
        std::int64_t{sysconf(_SC_PHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)} / (std::int64_t{1} << 20);
    inventory.gpus = localGpus(host);
    return inventory;
}

} // namespace widthwise
