// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/query.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace widthwise {
namespace {

bool isDiskFull(const SQLite::Exception& error, SQLite::Database* handle)
{
    if (error.getErrorCode() == SQLITE_FULL || error.getExtendedErrorCode() == SQLITE_IOERR_SHMSIZE)
        return true;
    if (error.getErrorCode() != SQLITE_IOERR || handle == nullptr)
        return false;
    const int systemError = sqlite3_system_errno(handle->getHandle());
    return systemError == ENOSPC || systemError == EDQUOT;
}

} // namespace

StoreError storeError(const std::string& file, SQLite::Database* handle, const SQLite::Exception& error)
{
    using Kind = StoreError::Kind;
    const std::string detail = error.what();
    if (isDiskFull(error, handle))
        return {Kind::Full, file + ": the disk is full; free some space there"};
    if (error.getExtendedErrorCode() == SQLITE_CONSTRAINT_FOREIGNKEY)
        return {Kind::Other, file + ": the experiment that this belongs to was removed"};
    switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Kind::Locked,
                file + ": another program keeps the store locked; close what else has it open, such as "
                       "a database browser or a backup"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return {Kind::Corrupt, file + ": this is not a store of Widthwise, or it is damaged (" + detail +
                                   "); choose another file, or move this one away to start anew"};
    case SQLITE_READONLY:
        return {Kind::ReadOnly, "the store " + file + " cannot be written (" + detail + ')'};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return {Kind::Other, file + ": cannot be opened for this (" + detail +
                                 "); check that the file and its folder exist and may be written"};
    default:
        return {Kind::Other, file + ": " + detail};
    }
}

StatementCache::StatementCache() = default;
StatementCache::~StatementCache() = default;

std::unique_ptr<SQLite::Statement> StatementCache::take(SQLite::Database& handle, std::string_view sql)
{
    if (const auto idle = m_idle.find(sql); idle != m_idle.end())
        return std::move(m_idle.extract(idle).mapped());
    return std::make_unique<SQLite::Statement>(handle, std::string(sql));
}

void StatementCache::giveBack(std::unique_ptr<SQLite::Statement> statement) noexcept
{
    statement->tryReset(); // an error in the last step is reported there, and again here
    try {
        statement->clearBindings();
        m_idle.emplace(statement->getQuery(), std::move(statement));
    } catch (const std::exception&) {
        statement.reset(); // it will be prepared anew
    }
}

Query::Query(Database& database, std::string_view sql) : m_database(database)
{
    try {
        m_statement = database.statements().take(database.handle(), sql);
    } catch (const SQLite::Exception& error) {
        throw storeError(database.file(), &database.handle(), error);
    }
}

Query::~Query()
{
    m_database.statements().giveBack(std::move(m_statement));
}

bool Query::next()
{
    const bool inTransaction = sqlite3_get_autocommit(m_database.handle().getHandle()) == 0;
    if (!std::exchange(m_begun, true) && !inTransaction)
        m_database.refuseIfMoved();
    try {
        return m_statement->executeStep();
    } catch (const SQLite::Exception& error) {
        throw storeError(m_database.file(), &m_database.handle(), error);
    }
}

void Query::run()
{
    while (next()) {
    }
}

/// Runs to the end, as outside a Transaction only the end commits, and may fail.
std::optional<std::int64_t> Query::returnedId()
{
    std::optional<std::int64_t> id;
    if (next())
        read(id);
    if (id)
        run();
    return id;
}

void Query::bindNull(int index)
{
    m_statement->bind(index);
}

void Query::bindOne(int index, std::int64_t value)
{
    m_statement->bind(index, value);
}

void Query::bindOne(int index, double value)
{
    m_statement->bind(index, value);
}

void Query::bindOne(int index, std::string_view value)
{
    m_statement->bind(index, std::string(value));
}

void Query::bindOne(int index, std::span<const std::byte> value)
{
    m_statement->bindNoCopy(index, value.data(), static_cast<int>(value.size()));
}

void Query::bindOne(int index, TimePoint value)
{
    bindOne(index, static_cast<std::int64_t>(value.time_since_epoch().count()));
}

bool Query::isNull(int column) const
{
    return m_statement->isColumnNull(column);
}

void Query::readOne(int column, std::int64_t& value) const
{
    value = m_statement->getColumn(column).getInt64();
}

void Query::readOne(int column, double& value) const
{
    value = isNull(column) ? std::numeric_limits<double>::quiet_NaN()
                           : m_statement->getColumn(column).getDouble();
}

void Query::readOne(int column, std::string& value) const
{
    value = m_statement->getColumn(column).getString();
}

void Query::readOne(int column, std::span<const std::byte>& value) const
{
    const SQLite::Column blob = m_statement->getColumn(column);
    const auto* data = static_cast<const std::byte*>(blob.getBlob());
    value = {data, static_cast<std::size_t>(blob.getBytes())};
}

void Query::readOne(int column, TimePoint& value) const
{
    std::int64_t milliseconds = 0;
    readOne(column, milliseconds);
    value = TimePoint(std::chrono::milliseconds(milliseconds));
}

} // namespace widthwise
