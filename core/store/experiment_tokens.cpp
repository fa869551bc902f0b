// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/experiment_tokens.h"

#include "core/store/query.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

namespace widthwise {

std::optional<std::int64_t> ExperimentTokens::find(std::int64_t experiment)
{
    Query query(m_database, "SELECT token FROM experiment WHERE id = ?");
    if (!query.bind(experiment).next())
        return std::nullopt;
    std::int64_t token = 0;
    query.read(token);
    const auto [known, isNew] = m_known.emplace(experiment, token);
    if (known->second != token)
        throw StoreError(StoreError::Kind::Moved,
                         "the store " + m_database.file() +
                             " was replaced by another state of itself while it was open: its experiment " +
                             std::to_string(experiment) +
                             " is another one now, and nothing more is written; open it again");
    if (isNew && sqlite3_get_autocommit(m_database.handle().getHandle()) == 0)
        m_added.insert(experiment);
    return token;
}

std::int64_t ExperimentTokens::of(std::int64_t experiment)
{
    if (const std::optional<std::int64_t> token = find(experiment))
        return *token;
    throw StoreError(StoreError::Kind::Other,
                     m_database.file() + ": the experiment that this belongs to was removed");
}

void ExperimentTokens::rolledBack()
{
    for (const std::int64_t experiment : m_added)
        m_known.erase(experiment);
    m_added.clear();
}

void throwMixed(const Database& database, std::int64_t experiment)
{
    throw StoreError(
        StoreError::Kind::Corrupt,
        database.file() + ": rows of another experiment lie under experiment " + std::to_string(experiment) +
            ", as where two states of a store were mixed; go back to a copy of the store, or remove "
            "this experiment from it");
}

} // namespace widthwise
