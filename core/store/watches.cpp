// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/watches.h"

#include "core/store/experiment_tokens.h"
#include "core/store/query.h"

namespace widthwise {

void Watches::set(const std::string& viewer, std::int64_t experiment, const Watch& watch)
{
    m_database.tokens().find(experiment);
    Query query(m_database, "INSERT OR REPLACE INTO watch (viewer, experiment, trial, until) "
                            "SELECT ?, id, ?, ? FROM experiment WHERE id = ?");
    query.bind(viewer, watch.trial, watch.until, experiment).run();
}

void Watches::end(const std::string& viewer)
{
    Query(m_database, "DELETE FROM watch WHERE viewer = ?").bind(viewer).run();
}

std::vector<Watch> Watches::of(std::int64_t experiment, TimePoint now)
{
    std::vector<Watch> watches;
    Query query(m_database,
                "SELECT trial, until FROM watch WHERE experiment = ? AND until > ? ORDER BY viewer");
    query.bind(experiment, now);
    while (query.next()) {
        Watch& watch = watches.emplace_back();
        query.read(watch.trial, watch.until);
    }
    return watches;
}

} // namespace widthwise
