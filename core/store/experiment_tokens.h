// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace widthwise {

class Database;

/// Which experiment a connection means by an id. Each experiment has a token, a random number that its rows
/// carry as well; a store that was set back to an earlier state gives ids anew, but no token twice.
class ExperimentTokens {
public:
    explicit ExperimentTokens(Database& database) : m_database(database) {}

    /// Null where there is no such experiment. Throws StoreError (Moved) where the id was another's before.
    std::optional<std::int64_t> find(std::int64_t experiment);
    /// Throws StoreError also where the experiment was removed.
    std::int64_t of(std::int64_t experiment);

    /// What a transaction has added is there from now on, or never was.
    void committed() { m_added.clear(); }
    void rolledBack();

private:
    Database& m_database;
    std::map<std::int64_t, std::int64_t> m_known;
    std::set<std::int64_t> m_added; ///< by the transaction that is open
};

/// Throws StoreError (Corrupt): rows of an experiment lie under another one.
[[noreturn]] void throwMixed(const Database& database, std::int64_t experiment);

} // namespace widthwise
