// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slots.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::string_view gpuPrefix = "cuda:";

std::vector<std::string> gpusOf(std::string_view device)
{
    std::vector<std::string> gpus;
    if (!device.starts_with(gpuPrefix))
        return gpus;
    device.remove_prefix(gpuPrefix.size());
    for (;;) {
        const std::size_t comma = device.find(',');
        gpus.emplace_back(device.substr(0, comma));
        if (comma == std::string_view::npos)
            return gpus;
        device.remove_prefix(comma + 1);
    }
}

std::string lacking(const char* what, int wanted, std::size_t present)
{
    return "a trial asks for " + std::to_string(wanted) + ' ' + what + " but this machine has " +
           std::to_string(present) + ": lower `resources` in the experiment";
}

} // namespace

std::string Slot::device() const
{
    return gpus.empty() ? "cpu" : std::string(gpuPrefix) + visibleGpus();
}

std::string Slot::visibleGpus() const
{
    std::string list;
    for (const std::string& gpu : gpus)
        list += (list.empty() ? "" : ",") + gpu;
    return list;
}

Slots::Slots(const Inventory& inventory) : m_cpus(inventory.cpus), m_freeCpus(inventory.cpus)
{
    for (const Gpu& gpu : inventory.gpus)
        m_gpus.push_back(gpu.id);
    m_freeGpus = m_gpus;
}

std::string Slots::refusal(const Resources& needs) const
{
    if (needs.cpus > m_cpus)
        return lacking("CPUs", needs.cpus, static_cast<std::size_t>(m_cpus));
    if (needs.gpus > static_cast<int>(m_gpus.size()))
        return lacking("GPUs", needs.gpus, m_gpus.size());
    if (needs.nodes > 1)
        return "a trial asks for " + std::to_string(needs.nodes) +
               " nodes, which only a site with scheduler: slurm gives: take such a site, or nodes: 1";
    return {};
}

std::optional<Slot> Slots::take(const Resources& needs)
{
    if (needs.cpus > m_freeCpus || needs.gpus > static_cast<int>(m_freeGpus.size()))
        return std::nullopt;
    Slot slot{needs.cpus, {m_freeGpus.begin(), m_freeGpus.begin() + needs.gpus}};
    m_freeGpus.erase(m_freeGpus.begin(), m_freeGpus.begin() + needs.gpus);
    m_freeCpus -= needs.cpus;
    return slot;
}

Slot Slots::takeOver(const Resources& needs, std::string_view device)
{
    Slot slot{needs.cpus, gpusOf(device)};
    for (const std::string& gpu : slot.gpus)
        std::erase(m_freeGpus, gpu);
    m_freeCpus -= needs.cpus;
    return slot;
}

void Slots::release(const Slot& slot)
{
    m_freeCpus += slot.cpus;
    for (const std::string& gpu : m_gpus)
        if (std::find(slot.gpus.begin(), slot.gpus.end(), gpu) != slot.gpus.end() &&
            std::find(m_freeGpus.begin(), m_freeGpus.end(), gpu) == m_freeGpus.end())
            m_freeGpus.push_back(gpu);
}

} // namespace widthwise
