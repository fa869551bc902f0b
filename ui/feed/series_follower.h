// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <map>

namespace widthwise::ui {

/// Remembers how much of each series was sent, and reads what came since, at most so many points at a time.
class SeriesFollower {
public:
    /// A series to read and the key under which to send it.
    struct Source {
        int key;
        SeriesSummary summary;
    };

    /// Forgets what was sent; the next update is complete.
    void restart();
    /// True until the first update after restart() was taken.
    bool complete() const { return m_complete; }

    /// New points of `sources`, about `limit` of them at most; empty curves where nothing is new.
    std::vector<CurvePoints> read(SeriesTable& table, const std::vector<Source>& sources, std::size_t limit);
    /// More is waiting than the last read() took.
    bool behind() const { return m_behind; }
    /// The update with what read() gave was sent.
    void taken() { m_complete = false; }

private:
    struct Sent {
        std::int64_t series = 0;
        std::int64_t count = 0;
        std::uint32_t lastStep = 0;
    };

    CurvePoints readOne(SeriesTable& table, const Source& source, Sent& sent);

    std::map<int, Sent> m_sent;
    bool m_complete = true;
    bool m_behind = false;
};

} // namespace widthwise::ui
