// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>

namespace widthwise {

/// When to look at trials on another machine, which tells nothing by itself. What happens there comes in
/// bursts: soon after something has happened a look is due often, then more and more seldom, so that news are
/// late by a tenth of the time for which there were none.
class PollBackoff {
public:
    using Duration = std::chrono::milliseconds;
    using Time = std::chrono::steady_clock::time_point;
    /// The shortest pause that a host bears, where its answers take no time.
    static constexpr Duration often{100};

    /// On this machine a look is always due.
    PollBackoff() = default;
    /// The shortest and the longest pause between two looks.
    PollBackoff(Duration shortest, Duration longest) : m_shortest(shortest), m_longest(longest) {}

    /// A trial was started, or has started or ended, or is to end.
    void happened(Time now)
    {
        m_last = now;
        m_next = std::min(m_next, now + m_shortest);
    }
    /// While a person looks on, a look is due every second at least.
    void setWatched(bool watched, Time now)
    {
        if (watched && !m_watched)
            m_next = now;
        m_watched = watched;
    }
    /// A look has ended that took so long. The host rests as long at least: it may be busy, or far away.
    void looked(Duration duration, Time now)
    {
        if (m_longest > Duration{0})
            m_restsUntil = now + duration;
    }
    /// True where it is time; then not again before the next pause is over.
    bool due(Time now)
    {
        if (now < m_next || now < m_restsUntil)
            return false;
        constexpr Duration watchedPause{1000};
        const Duration longest = m_watched ? std::min(watchedPause, m_longest) : m_longest;
        m_next = now + std::clamp(std::chrono::floor<Duration>(now - m_last) / 10,
                                  std::min(m_shortest, longest), longest);
        return true;
    }

private:
    Duration m_shortest{0};
    Duration m_longest{0};
    Time m_last{};
    Time m_next{};
    Time m_restsUntil{};
    bool m_watched = false;
};

} // namespace widthwise
