// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace SQLite {
class Exception;
class Statement;
} // namespace SQLite

namespace widthwise {

/// The prepared statements of a connection that no Query uses at the moment, by their SQL.
class StatementCache {
public:
    StatementCache();
    ~StatementCache();
    std::unique_ptr<SQLite::Statement> take(SQLite::Database& handle, std::string_view sql);
    void giveBack(std::unique_ptr<SQLite::Statement> statement) noexcept;

private:
    std::multimap<std::string, std::unique_ptr<SQLite::Statement>, std::less<>> m_idle;
};

/// One execution of an SQL statement, which stays prepared for the next. Every failure is a StoreError.
///
///     Query query(database, "SELECT id, name FROM experiment WHERE state = ?");
///     query.bind(state);
///     while (query.next())
///         query.read(id, name);
class Query {
public:
    Query(Database& database, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Binds the parameters in order. Blobs are not copied: they must live until the last next() or run().
    template <typename... Values>
    Query& bind(const Values&... values)
    {
        int index = 0;
        (bindOne(++index, values), ...);
        return *this;
    }
    /// Steps to the next row; false after the last.
    bool next();
    /// Executes to the end a statement whose rows do not matter.
    void run();
    /// The id that an INSERT … RETURNING id gives; nothing where it inserts nothing.
    std::optional<std::int64_t> returnedId();
    /// The columns of the current row, in order. NULL reads as NaN into a double.
    template <typename... Values>
    void read(Values&... values)
    {
        int column = 0;
        (readOne(column++, values), ...);
    }

private:
    void bindNull(int index);
    void bindOne(int index, std::int64_t value);
    void bindOne(int index, double value);
    void bindOne(int index, std::string_view value);
    void bindOne(int index, std::span<const std::byte> value);
    void bindOne(int index, TimePoint value);
    template <std::integral Integer>
    void bindOne(int index, Integer value)
    {
        bindOne(index, static_cast<std::int64_t>(value));
    }
    template <typename Value>
    void bindOne(int index, const std::optional<Value>& value)
    {
        if (value)
            bindOne(index, *value);
        else
            bindNull(index);
    }

    bool isNull(int column) const;
    void readOne(int column, std::int64_t& value) const;
    void readOne(int column, double& value) const;
    void readOne(int column, std::string& value) const;
    /// Valid until the next call of next(), and no longer than the query.
    void readOne(int column, std::span<const std::byte>& value) const;
    void readOne(int column, TimePoint& value) const;
    template <std::integral Integer>
    void readOne(int column, Integer& value) const
    {
        std::int64_t wide = 0;
        readOne(column, wide);
        value = static_cast<Integer>(wide);
    }
    template <typename Value>
    void readOne(int column, std::optional<Value>& value) const
    {
        if (isNull(column))
            value.reset();
        else
            readOne(column, value.emplace());
    }

    Database& m_database;
    std::unique_ptr<SQLite::Statement> m_statement;
    bool m_begun = false;
};

/// What SQLite reports, in words that name the file and the fix. `handle` may be null where opening failed.
StoreError storeError(const std::string& file, SQLite::Database* handle, const SQLite::Exception& error);

} // namespace widthwise
