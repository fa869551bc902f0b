// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/run/clock.h"
#include "core/store/database.h"
#include "core/store/site_link.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace widthwise {

/// Says every second that a driver lives, and how its link is. In a thread and with a connection of its own:
/// the driver itself may be waiting for a host that does not answer.
class Heartbeat {
public:
    /// `host` and `clock` must outlive it.
    Heartbeat(const std::string& storeFile, std::int64_t experiment, const Host& host, const Clock& clock);
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    /// What a person should know from now on; empty: nothing.
    void setNotice(const std::string& notice);
    /// Why the last beat was not written; empty where it was.
    std::string problem() const;

private:
    void live();
    std::string beatOnce(const std::string& notice);

    Database m_database;
    std::int64_t m_experiment;
    const Host& m_host;
    const Clock& m_clock;
    mutable std::mutex m_mutex; ///< over the next three
    std::string m_notice;
    std::string m_problem;
    bool m_end = false;
    std::condition_variable m_ended;
    std::thread m_thread;
};

/// The same for the store: in the time of the world.
SiteLink siteLink(const LinkStatus& status, TimePoint now);

} // namespace widthwise
