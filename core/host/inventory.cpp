// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/inventory.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>

namespace widthwise {

namespace {

/// `nproc` heeds the affinity mask, and also two variables that mean something else here.
constexpr const char* questions = R"sh(
echo "cpus $(OMP_NUM_THREADS= OMP_THREAD_LIMIT= nproc)"
echo "memory $(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
nvidia-smi --query-gpu=index,uuid,name --format=csv,noheader 2>/dev/null | sed 's/^/gpu /'
[ -z "${CUDA_VISIBLE_DEVICES+set}" ] || echo "visible $CUDA_VISIBLE_DEVICES"
)sh";

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
                              const std::string& visible)
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

} // namespace

Inventory inventoryOf(Host& host)
{
    constexpr std::chrono::seconds deadline{20};
    const CommandResult answer = host.run(questions, deadline);
    Inventory inventory;
    std::vector<std::string> uuids;
    std::optional<std::string> visible;
    for (const std::string& line : split(answer.output, '\n')) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string what = line.substr(0, space);
        const std::string value = withoutOuterSpaces(line.substr(space));
        const std::vector<std::string> columns = split(value, ',');
        if (what == "cpus")
            inventory.cpus = std::max(1, std::atoi(value.c_str()));
        else if (what == "memory")
            inventory.memoryMiB = std::atoll(value.c_str()) / 1024;
        else if (what == "visible")
            visible = value;
        else if (what == "gpu" && columns.size() >= 3) {
            inventory.gpus.push_back({withoutOuterSpaces(columns[0]), withoutOuterSpaces(columns[2])});
            uuids.push_back(withoutOuterSpaces(columns[1]));
        }
    }
    if (visible)
        inventory.gpus = visibleAmong(inventory.gpus, uuids, *visible);
    return inventory;
}

} // namespace widthwise
