// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/host/wrapped_host.h"

#include <condition_variable>
#include <map>
#include <mutex>

namespace widthwise {

/// This machine, as if it were another one: with a link that may be down or hang, and a count of what was
/// asked.
class FarHost final : public WrappedHost {
public:
    enum class Link { Up, Down, Hanging };

    void set(Link link)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_link = link;
        }
        m_changed.notify_all();
    }
    /// How often a file of this name was asked for, in whichever folder.
    int reads(const std::string& name) const
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_reads.find(name);
        return found == m_reads.end() ? 0 : found->second;
    }

    std::string name() const override { return "far"; }
    std::optional<LinkStatus> link() const override
    {
        const std::lock_guard lock(m_mutex);
        using State = LinkStatus::State;
        return LinkStatus{m_link == Link::Down ? State::Lost : State::Connected,
                          m_link == Link::Down ? "the link is down" : "", m_since, m_since, m_since};
    }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        cross();
        return WrappedHost::run(command, deadline, input);
    }
    void writeFile(const std::string& path, std::string_view contents) override
    {
        cross();
        WrappedHost::writeFile(path, contents);
    }
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override
    {
        cross();
        {
            const std::lock_guard lock(m_mutex);
            for (const FileRequest& request : requests)
                if (request.limit > 0)
                    ++m_reads[request.path.substr(request.path.rfind('/') + 1)];
        }
        return WrappedHost::readFiles(requests);
    }

private:
    void cross()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_link != Link::Hanging; });
        if (m_link == Link::Down)
            throw HostError("the link is down");
    }

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Link m_link = Link::Up;
    std::map<std::string, int> m_reads;
    std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
};

} // namespace widthwise
