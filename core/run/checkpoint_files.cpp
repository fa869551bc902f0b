// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/checkpoint_files.h"

#include "core/host/shell.h"
#include "core/launch/trial_directory.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::size_t mostAtOnce = 100; ///< trials: a command line has its limits
constexpr auto deadline = 60s;
constexpr auto retryPause = 5s;
constexpr std::string_view lastLine = "measured\n";

bool isDropped(const Trial& trial)
{
    return trial.checkpointDropped && trial.checkpointBytes != 0;
}

bool hasRun(const Trial& trial)
{
    return trial.started || trial.continues || trial.attempt > 1;
}

/// Adds up lines "SIZE PATH" by the folders, of those given, that the paths lie in.
void addSizes(std::map<std::string, std::int64_t>& folders, std::string_view output)
{
    const std::string name = '/' + std::string(trial_file::checkpoint);
    while (!output.empty()) {
        const std::string_view line = output.substr(0, output.find('\n'));
        output.remove_prefix(std::min(line.size() + 1, output.size()));
        std::int64_t size = 0;
        const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size);
        if (error != std::errc() || end == line.data() + line.size())
            continue;
        const std::string path(end + 1, line.data() + line.size());
        for (std::size_t at = path.find(name); at != std::string::npos; at = path.find(name, at + 1))
            if (const auto folder = folders.find(path.substr(0, at)); folder != folders.end()) {
                folder->second += size;
                break;
            }
    }
}

} // namespace

CheckpointFiles::CheckpointFiles(Host& host, FolderOf folderOf, bool keepsOld)
    : m_host(host), m_folderOf(std::move(folderOf)), m_keepsOld(keepsOld)
{
}

void CheckpointFiles::takeOver(std::span<const Trial> trials)
{
    for (const Trial& trial : trials)
        if (isDropped(trial) || (!trial.checkpointBytes && hasRun(trial)))
            lookAt(trial.number);
}

bool CheckpointFiles::isDue() const
{
    return !m_due.empty() && SteadyClock::now() >= m_retryAt;
}

/// Removes what was dropped and what earlier attempts left, then tells the size of each file that is there.
std::string CheckpointFiles::commandFor(const std::set<int>& batch, std::span<const Trial> trials) const
{
    std::string removed, measured;
    for (const int number : batch) {
        const std::string file = shellQuoted(m_folderOf(number) + '/' + std::string(trial_file::checkpoint));
        if (isDropped(trials[static_cast<std::size_t>(number)]))
            removed += ' ' + file + '*';
        else if (!m_keepsOld)
            removed += ' ' + file + ".attempt-*";
        measured += ' ' + file + '*';
    }
    return (removed.empty() ? "" : "rm -rf --" + removed + "; ") + "find" + measured +
           " -type f -exec stat -c '%s %n' {} + 2>/dev/null; echo measured";
}

std::vector<event::Measured> CheckpointFiles::work(std::span<const Trial> trials)
{
    std::set<int> batch;
    for (auto next = m_due.begin(); next != m_due.end() && batch.size() < mostAtOnce; ++next)
        batch.insert(*next);
    CommandResult result;
    try {
        result = m_host.run(commandFor(batch, trials), deadline);
    } catch (const HostError& error) {
        postpone(error.what(), retryPause);
        return {};
    }
    if (!result.output.ends_with(lastLine)) {
        postpone("the checkpoints cannot be measured: " + result.errors, retryPause);
        return {};
    }
    std::map<std::string, std::int64_t> sizes;
    for (const int number : batch)
        sizes[m_folderOf(number)] = 0;
    addSizes(sizes, result.output);
    std::vector<event::Measured> events;
    m_notice.clear();
    for (const int number : batch) {
        events.push_back({number, sizes.at(m_folderOf(number))});
        if (isDropped(trials[static_cast<std::size_t>(number)]) && events.back().bytes > 0)
            postpone("the checkpoint of trial " + std::to_string(number) +
                         " cannot be deleted: " + result.errors,
                     deadline);
        else
            m_due.erase(number);
    }
    return events;
}

void CheckpointFiles::postpone(std::string notice, std::chrono::milliseconds time)
{
    m_notice = std::move(notice);
    while (m_notice.ends_with('\n'))
        m_notice.pop_back();
    m_retryAt = SteadyClock::now() + time;
}

} // namespace widthwise
