// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/slurm_facts.h"

#include "core/launch/slurm/slurm_values.h"

#include <algorithm>
#include <sstream>

namespace widthwise {

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text, char separator)
{
    Words parts;
    std::istringstream stream{std::string(text)};
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

/// The rows of a table whose columns stand between bars; shorter ones, as a warning is, are left out.
std::vector<Words> rowsOf(std::string_view text, std::size_t columns)
{
    std::vector<Words> rows;
    for (const std::string& line : split(text, '\n')) {
        Words row = split(line, '|');
        if (line.ends_with('|'))
            row.emplace_back();
        if (row.size() >= columns)
            rows.push_back(std::move(row));
    }
    return rows;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

std::string withoutBrackets(std::string_view text)
{
    std::string plain;
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : 0;
        if (depth == 0)
            plain += c;
        depth -= c == ')' ? 1 : 0;
    }
    return plain;
}

} // namespace

std::map<std::string, std::string, std::less<>> readSlurmConfig(std::string_view text)
{
    std::map<std::string, std::string, std::less<>> values;
    for (const std::string& line : split(text, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos)
            continue;
        const std::string_view value = trimmed(std::string_view(line).substr(equals + 1));
        if (value != "(null)" && !value.empty())
            values.emplace(trimmed(std::string_view(line).substr(0, equals)), value);
    }
    return values;
}

int gpusOf(std::string_view gres)
{
    int gpus = 0;
    for (const std::string& item : split(withoutBrackets(gres), ','))
        if (item == "gpu" || item.starts_with("gpu:"))
            gpus = slurmSum(gpus, slurmCount(item.substr(item.rfind(':') + 1)).value_or(1));
    return gpus;
}

std::vector<SlurmPartition> readPartitions(std::string_view text)
{
    std::vector<SlurmPartition> partitions;
    for (const Words& row : rowsOf(text, 6)) {
        SlurmPartition part{.name = row[0], .up = row[1] == "up", .timeLimit = slurmTime(row[2])};
        part.standard = part.name.ends_with('*');
        if (part.standard)
            part.name.pop_back();
        part.mostNodes = slurmCount(row[3].substr(row[3].rfind('-') + 1));
        const Words counts = split(row[4], '/'); // allocated, idle, other, total
        if (counts.size() == 4) {
            part.idle = slurmCount(counts[1]).value_or(0);
            part.nodes = slurmCount(counts[3]).value_or(0);
        }
        part.fewestGpus = part.mostGpus = gpusOf(row[5]);
        const auto known = std::ranges::find(partitions, part.name, &SlurmPartition::name);
        if (known == partitions.end()) {
            partitions.push_back(std::move(part));
            continue;
        }
        known->nodes = slurmSum(known->nodes, part.nodes);
        known->idle = slurmSum(known->idle, part.idle);
        known->fewestGpus = std::min(known->fewestGpus, part.fewestGpus);
        known->mostGpus = std::max(known->mostGpus, part.mostGpus);
    }
    return partitions;
}

std::vector<SlurmAssociation> readAssociations(std::string_view text)
{
    std::vector<SlurmAssociation> associations;
    for (const Words& row : rowsOf(text, 5))
        associations.push_back({row[0], row[1], split(row[2], ','), slurmCount(row[3]), slurmCount(row[4])});
    return associations;
}

std::vector<SlurmQos> readQos(std::string_view text)
{
    std::vector<SlurmQos> all;
    for (const Words& row : rowsOf(text, 4))
        all.push_back({row[0], slurmTime(row[1]), slurmCount(row[2]), slurmCount(row[3])});
    return all;
}

} // namespace widthwise
