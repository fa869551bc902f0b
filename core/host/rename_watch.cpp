// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/rename_watch.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <poll.h>
#include <set>
#include <string_view>
#include <sys/inotify.h>
#include <unistd.h>

namespace widthwise {

namespace {
constexpr std::chrono::milliseconds blindPatience{10};
}

RenameWatch::RenameWatch() : m_inotify(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

bool RenameWatch::await(std::span<const std::string> directories, std::chrono::milliseconds timeout)
{
    if (follow(directories))
        return true;
    if (!m_complete)
        timeout = std::min(timeout, blindPatience);
    using SteadyClock = std::chrono::steady_clock;
    const auto end = SteadyClock::now() + timeout;
    pollfd ready{m_inotify.number(), POLLIN, 0};
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now());
        const int limit = static_cast<int>(std::max<std::int64_t>(0, left.count()));
        if (poll(&ready, 1, limit) > 0 && tookRename())
            return true;
    } while (SteadyClock::now() < end);
    return !m_complete;
}

bool RenameWatch::follow(std::span<const std::string> directories)
{
    if (m_watches.size() > directories.size())
        forgetAllBut(directories);
    bool added = false;
    m_complete = true;
    for (const std::string& directory : directories) {
        if (m_watches.contains(directory))
            continue;
        const int watch = inotify_add_watch(m_inotify.number(), directory.c_str(), IN_MOVED_TO | IN_ONLYDIR);
        if (watch >= 0) {
            m_watches.emplace(directory, watch);
            added = true;
        } else {
            m_complete = false;
        }
    }
    if (m_watches.size() > directories.size())
        forgetAllBut(directories);
    return added;
}

void RenameWatch::forgetAllBut(std::span<const std::string> directories)
{
    const std::set<std::string_view> wanted(directories.begin(), directories.end());
    std::erase_if(m_watches, [&](const auto& entry) {
        if (wanted.contains(entry.first))
            return false;
        inotify_rm_watch(m_inotify.number(), entry.second);
        return true;
    });
}

bool RenameWatch::tookRename()
{
    bool renamed = false;
    alignas(inotify_event) std::array<char, 4096> events;
    for (ssize_t size; (size = read(m_inotify.number(), events.data(), events.size())) > 0;) {
        for (ssize_t at = 0; at < size;) {
            inotify_event event{};
            std::memcpy(&event, events.data() + at, sizeof event);
            renamed |= (event.mask & (IN_MOVED_TO | IN_Q_OVERFLOW)) != 0;
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
    }
    return renamed;
}

} // namespace widthwise
