// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/series_follower.h"

namespace widthwise::ui {

void SeriesFollower::restart()
{
    m_sent.clear();
    m_complete = true;
    m_behind = false;
}

std::vector<CurvePoints> SeriesFollower::read(SeriesTable& table, const std::vector<Source>& sources,
                                              std::size_t limit)
{
    std::vector<CurvePoints> curves;
    std::size_t total = 0;
    m_behind = false;
    for (const Source& source : sources) {
        Sent& sent = m_sent[source.key];
        if (sent.series == source.summary.id && sent.count == source.summary.count)
            continue;
        if (total >= limit) {
            m_behind = true;
            break;
        }
        curves.push_back(readOne(table, source, sent));
        total += curves.back().points.size();
    }
    return curves;
}

CurvePoints SeriesFollower::readOne(SeriesTable& table, const Source& source, Sent& sent)
{
    const SeriesSummary& summary = source.summary;
    CurvePoints curve{source.key, false, {}};
    const bool known = sent.series != 0;
    bool restarted = known && (sent.series != summary.id || summary.count < sent.count);
    if (!restarted) {
        curve.points = table.read(summary.id, sent.count);
        // A series that was cleared and has outgrown its former length betrays itself by its steps.
        restarted = known && curve.points.size() > 0 && curve.points.steps.front() <= sent.lastStep;
    }
    if (restarted) {
        sent = {};
        curve.restarted = true;
        curve.points = table.read(summary.id);
    }
    sent.series = summary.id;
    sent.count += std::int64_t(curve.points.size());
    if (curve.points.size() > 0)
        sent.lastStep = curve.points.steps.back();
    return curve;
}

} // namespace widthwise::ui
