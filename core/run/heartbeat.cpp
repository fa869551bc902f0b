// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/heartbeat.h"

#include "core/store/driver_lease.h"

#include <chrono>

namespace widthwise {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto beatPause = 1s;

SiteLink::State stateOf(LinkStatus::State state)
{
    switch (state) {
    case LinkStatus::State::Idle:
    case LinkStatus::State::Connecting:
        return SiteLink::State::Connecting;
    case LinkStatus::State::Connected:
        return SiteLink::State::Connected;
    case LinkStatus::State::Lost:
        return SiteLink::State::Lost;
    case LinkStatus::State::NeedsPerson:
        return SiteLink::State::NeedsPerson;
    }
    return SiteLink::State::Connecting;
}

} // namespace

SiteLink siteLink(const LinkStatus& status, TimePoint now)
{
    const auto steadyNow = std::chrono::steady_clock::now();
    const auto inTheWorld = [&](std::chrono::steady_clock::time_point time) {
        return now + std::chrono::round<milliseconds>(time - steadyNow);
    };
    SiteLink link{stateOf(status.state), status.reason, now, {}, {}};
    if (status.state != LinkStatus::State::Idle)
        link.since = inTheWorld(status.since);
    if (status.state == LinkStatus::State::Lost)
        link.nextTry = inTheWorld(status.nextTry);
    if (status.lastContact)
        link.lastContact = inTheWorld(*status.lastContact);
    return link;
}

Heartbeat::Heartbeat(const std::string& storeFile, std::int64_t experiment, const Host& host,
                     const Clock& clock)
    : m_database(storeFile), m_experiment(experiment), m_host(host), m_clock(clock),
      m_thread([this] { live(); })
{
}

Heartbeat::~Heartbeat()
{
    {
        const std::lock_guard lock(m_mutex);
        m_end = true;
    }
    m_ended.notify_one();
    m_thread.join();
}

void Heartbeat::setNotice(const std::string& notice)
{
    const std::lock_guard lock(m_mutex);
    m_notice = notice;
}

std::string Heartbeat::problem() const
{
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

void Heartbeat::live()
{
    std::unique_lock lock(m_mutex);
    while (!m_end) {
        const std::string notice = m_notice;
        lock.unlock();
        const std::string problem = beatOnce(notice);
        lock.lock();
        m_problem = problem;
        m_ended.wait_for(lock, beatPause, [this] { return m_end; });
    }
}

std::string Heartbeat::beatOnce(const std::string& notice)
{
    try {
        const TimePoint now = m_clock.now();
        const std::optional<LinkStatus> link = m_host.link();
        beat(m_database, m_experiment, now, notice,
             link ? std::optional(siteLink(*link, now)) : std::nullopt);
        return {};
    } catch (const StoreError& error) {
        return error.what();
    }
}

} // namespace widthwise
