// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/series_follower.h"

namespace widthwise::ui {

void SeriesFollower::restart()
{
    *this = {};
}

std::int64_t& SeriesFollower::revision(const std::string& metric)
{
    return m_revisions.try_emplace(metric, -1).first->second;
}

std::vector<CurvePoints> SeriesFollower::read(Database& database, std::size_t limit)
{
    const Transaction snapshot(database, Transaction::Kind::Reading);
    SeriesTable table(database);
    std::vector<CurvePoints> curves;
    std::size_t total = 0;
    while (!m_waiting.empty() && total < limit) {
        const auto& [key, summary] = *m_waiting.begin();
        Sent& sent = m_sent[key];
        CurvePoints curve{key, false, {}};
        if (sent.generation != summary.generation) {
            curve.restarted = sent.count > 0;
            sent = {summary.generation, 0};
        }
        curve.points = table.read(summary.id, sent.count);
        sent.count += std::int64_t(curve.points.size());
        total += curve.points.size();
        if (curve.restarted || curve.points.size() > 0)
            curves.push_back(std::move(curve));
        m_waiting.erase(m_waiting.begin());
    }
    return curves;
}

} // namespace widthwise::ui
