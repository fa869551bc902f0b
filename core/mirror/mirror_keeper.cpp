// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/mirror_keeper.h"

#include "core/mirror/remote_store.h"
#include "core/run/heartbeat.h"

#include <algorithm>
#include <thread>

namespace widthwise {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto turnPause = 100ms;
constexpr auto beatPause = 1s;
constexpr std::chrono::milliseconds longestPause{60'000};
/// A busy login node takes its time.
constexpr auto exchangeDeadline = 60s;
/// What a person asked for shows its effect within this time, or is slow by itself.
constexpr auto effectTime = 15s;

TimePoint now()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// A host that is in reach and does not answer as it should is as good as none.
SiteLink linkTo(const Host& host, const std::string& problem)
{
    const std::optional<LinkStatus> status = host.link();
    SiteLink link =
        status ? siteLink(*status, now()) : SiteLink{SiteLink::State::Connected, {}, now(), {}, {}};
    if (link.state == SiteLink::State::Connected && !problem.empty()) {
        link.state = SiteLink::State::Lost;
        link.reason = problem;
    }
    return link;
}

} // namespace

MirrorKeeper::MirrorKeeper(Database& database, const MirrorRecord& mirror, Host& host, const Options& options)
    : m_database(database), m_host(host), m_remote(mirror.remote), m_options(options),
      m_mirror(database, mirror.id)
{
    const auto patience = SteadyClock::now() + 300ms; // somebody may just look whether it is taken
    while (!m_lock.take(Mirrors(database).lockFile(mirror.id))) {
        if (SteadyClock::now() > patience)
            throw StoreError(StoreError::Kind::Locked,
                             "another process keeps the copies of " + m_remote.host + " already");
        std::this_thread::sleep_for(20ms);
    }
}

void MirrorKeeper::run()
{
    while (!m_leave && Mirrors(m_database).find(m_mirror.id()).value().wanted) {
        beat();
        if (!m_underway.valid() && isDue())
            begin();
        if (!m_underway.valid())
            std::this_thread::sleep_for(turnPause);
        else if (m_underway.wait_for(turnPause) == std::future_status::ready)
            finish();
    }
}

bool MirrorKeeper::isDue()
{
    const auto since = SteadyClock::now() - m_last;
    if (m_pause > 0ms)
        return since >= m_pause;
    if (m_mirror.behind() || m_mirror.hasCommands())
        return true;
    const bool urgent = SteadyClock::now() - m_asked < effectTime || m_mirror.isWatched(now());
    return since >= (urgent ? m_options.soon : m_options.later);
}

void MirrorKeeper::begin()
{
    const ExchangeRequest request = m_mirror.request(now());
    m_asks = !request.commands.empty();
    m_underway = std::async(std::launch::async, [this, input = encode(request)] {
        return m_host.run(exchangeCommandLine(m_remote), exchangeDeadline, input);
    });
}

void MirrorKeeper::finish()
{
    m_problem.clear();
    try {
        const ExchangeAnswer answer = answerOf(m_underway.get(), m_remote);
        m_mirror.take(answer, now());
        m_pause = 0ms;
        if (m_asks) {
            m_asked = SteadyClock::now();
            m_refusal = answer.problem;
        }
    } catch (const std::exception& error) { // out of reach, another version, or this store's disk is full
        m_problem = error.what();
        m_pause = std::clamp(2 * m_pause, m_options.firstPause, longestPause);
    }
    m_last = SteadyClock::now();
    m_beatAt = {};
    if (m_progress)
        m_progress(told());
}

void MirrorKeeper::beat()
{
    if (SteadyClock::now() < m_beatAt)
        return;
    m_beatAt = SteadyClock::now() + beatPause;
    try {
        m_mirror.beat(told(), linkTo(m_host, m_problem), now());
    } catch (const StoreError&) {
        // The store is locked or its disk is full: the next one may be written.
    }
}

} // namespace widthwise
