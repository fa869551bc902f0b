// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_job.h"

#include "core/experiment/duration_text.h"
#include "core/experiment/experiment.h"
#include "core/host/shell.h"
#include "core/launch/slurm/slurm_values.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace widthwise {

namespace {

/// The last column takes all that is left: reasons hold commas and spaces.
std::vector<std::string> columns(std::string_view line, std::size_t count)
{
    std::vector<std::string> found;
    while (found.size() + 1 < count) {
        const std::size_t end = std::min(line.find('|'), line.size());
        found.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    found.emplace_back(line);
    return found;
}

/// `2026-11-26T13:00:00`; `N/A` where SLURM does not know.
std::string startText(std::string time)
{
    constexpr std::size_t minutesEnd = 16;
    if (time.size() < minutesEnd || time[10] != 'T')
        return {};
    time[10] = ' ';
    return time.substr(0, minutesEnd);
}

} // namespace

std::vector<std::string> lines(std::string_view text)
{
    std::vector<std::string> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0)
            found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

std::vector<SlurmJob> readSqueue(std::string_view output)
{
    std::vector<SlurmJob> jobs;
    for (const std::string& line : lines(output)) {
        const std::vector<std::string> column = columns(line, 8);
        const bool inArray = !column[1].empty() && column[1] != "N/A";
        const std::optional<int> task = inArray ? slurmCount(column[1]) : 0;
        if (!task)
            continue;
        jobs.push_back({.name = column[3],
                        .id = inArray ? column[0] + '_' + column[1] : column[0],
                        .task = *task,
                        .state = column[2],
                        .reason = column[7],
                        .nodes = column[4],
                        .partition = column[5],
                        .start = column[2] == "PENDING" ? startText(column[6]) : ""});
    }
    return jobs;
}

std::string sacctCommand(const std::vector<std::string>& names)
{
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ",") + name;
    return "sacct -X -n -P -S now-30days --name " + shellQuoted(list) + " -o JobName,JobID,State,NodeList";
}

std::vector<SlurmJob> readSacct(std::string_view output)
{
    std::vector<SlurmJob> jobs;
    for (const std::string& line : lines(output)) {
        const std::vector<std::string> column = columns(line, 4);
        const std::size_t bar = column[1].find('_');
        const std::optional<int> task = bar == std::string::npos ? 0 : slurmCount(column[1].substr(bar + 1));
        if (!task)
            continue;
        jobs.push_back({.name = column[0],
                        .id = column[1],
                        .task = *task,
                        .state = column[2].substr(0, column[2].find(' ')), // "CANCELLED by 1001"
                        .reason = "None",
                        .nodes = column[3]});
    }
    return jobs;
}

std::string waitingCommand(const std::string& partition)
{
    return "squeue -h -t PENDING -p " + shellQuoted(partition) + " -S -p,i -o %j";
}

std::string limitsCommand(const std::string& partitions)
{
    const std::string all = "sinfo -h -o '%l|%D|%P'";
    return partitions.empty() ? all + " | grep '\\*$'" : all + " -p " + shellQuoted(partitions);
}

std::string readLimits(const std::string& partition, std::string_view output)
{
    int nodes = 0;
    for (const std::string& line : lines(output)) // one for each state that nodes are in
        nodes = slurmSum(nodes, slurmCount(columns(line, 3)[1]).value_or(0));
    if (nodes == 0)
        return {};
    const std::optional<Seconds> longest = readLongestTime(output);
    return partition + " has " + std::to_string(nodes) + (nodes == 1 ? " node" : " nodes") +
           (longest ? " for at most " + durationToText(*longest) : "");
}

std::optional<Seconds> readLongestTime(std::string_view output)
{
    std::optional<Seconds> longest;
    for (const std::string& line : lines(output)) {
        const std::optional<Seconds> limit = slurmTime(columns(line, 3)[0]);
        if (!limit)
            return std::nullopt;
        longest = std::max(limit, longest);
    }
    return longest;
}

std::size_t readLargestArray(std::string_view config)
{
    constexpr std::size_t usual = 1001;
    constexpr std::string_view key = "\nMaxArraySize";
    const std::size_t place = config.find(key);
    const std::size_t value = config.find_first_of("0123456789", std::min(place, config.size()));
    if (place == std::string_view::npos || value == std::string_view::npos)
        return usual;
    return std::max<std::size_t>(1, std::strtoull(std::string(config.substr(value, 9)).c_str(), nullptr, 10));
}

} // namespace widthwise
