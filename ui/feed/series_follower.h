// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <map>

namespace widthwise::ui {

/// Remembers how much of each series was sent, and reads what came since, at most so many points at a time.
class SeriesFollower {
public:
    /// Forgets what was sent; the next update is complete.
    void restart();
    /// True from restart() until taken().
    bool complete() const { return m_complete; }

    /// The revision of a metric up to which its series were offered; -1 before the first.
    std::int64_t& revision(const std::string& metric);
    /// A series that changed, to be sent under `key`.
    void offer(int key, const SeriesSummary& summary) { m_waiting[key] = summary; }

    /// Points of the series offered that were not sent, about `limit` of them, all of one moment.
    std::vector<CurvePoints> read(Database& database, std::size_t limit);
    /// More was offered than read() took.
    bool behind() const { return !m_waiting.empty(); }
    /// The update with what read() gave was sent.
    void taken() { m_complete = false; }

private:
    struct Sent {
        std::int64_t generation = -1;
        std::int64_t count = 0;
    };

    std::map<std::string, std::int64_t> m_revisions;
    std::map<int, SeriesSummary> m_waiting;
    std::map<int, Sent> m_sent;
    bool m_complete = true;
};

} // namespace widthwise::ui
