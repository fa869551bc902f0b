// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/lasting_locks.h"

#include "foreign_program.h"
#include "kernel_locks.h"
#include "store_fixture.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

using namespace widthwise;
using namespace widthwise::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> partNames{"", "-wal", "-shm"};

/// What a file dialog does with each file of a folder.
void openAndClose(const std::string& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    QVERIFY(descriptor >= 0);
    ::close(descriptor);
}

ino_t inodeOf(const std::string& file)
{
    struct stat status {};
    return stat(file.c_str(), &status) == 0 ? status.st_ino : 0;
}

bool isHeldBy(const std::string& kind, const std::string& file)
{
    const std::vector<KernelLock> locks = locksOn(file);
    return !locks.empty() &&
           std::ranges::all_of(locks, [&](const KernelLock& lock) { return lock.kind == kind; });
}

std::string answer(SQLite::Database& database, const char* sql)
{
    try {
        return database.execAndGet(sql).getString();
    } catch (const SQLite::Exception& error) {
        return error.what();
    }
}

} // namespace

class TestLastingLocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void locksOutlastAnyDescriptorOfTheirFiles();
    void locksEndWithTheLastConnection();
    void aReaderKeepsItsLog();
    void otherProgramsAreKeptOut();
    void otherProgramsKeepOut();
    void aJournalThatAnotherProgramWritesIsNotRolledBack();
    void aConnectionThatReadsDoesNotLimitOneThatWrites();
    void aChildOnItsWayToAProgramKeepsNoLock();
    void threadsLockOneFile();
    void recordLocksStayWhereThereAreNoOthers();
};

void TestLastingLocks::locksOutlastAnyDescriptorOfTheirFiles()
{
    const StoreFolder folder;
    Database database(folder.file());
    addExperiment(database);
    for (const char* part : {"", "-shm"})
        QVERIFY(isHeldBy("OFDLCK", folder.file() + part));
    for (const std::string& opened : partNames) {
        const auto onFile = locksOn(folder.file());
        const auto onIndex = locksOn(folder.file() + "-shm");
        openAndClose(folder.file() + opened);
        QCOMPARE(locksOn(folder.file()).size(), onFile.size());
        QVERIFY(locksOn(folder.file()) == onFile);
        QVERIFY(locksOn(folder.file() + "-shm") == onIndex);
    }
    const Transaction writing(database);
    const auto onIndex = locksOn(folder.file() + "-shm");
    QVERIFY(std::ranges::any_of(onIndex, [](const KernelLock& lock) { return lock.mode == "WRITE"; }));
    openAndClose(folder.file() + "-shm");
    QVERIFY(locksOn(folder.file() + "-shm") == onIndex);
}

void TestLastingLocks::locksEndWithTheLastConnection()
{
    const StoreFolder folder;
    auto first = std::make_unique<Database>(folder.file());
    auto second = std::make_unique<Database>(folder.file());
    addExperiment(*second);
    first.reset();
    QVERIFY(isHeldBy("OFDLCK", folder.file()));
    QVERIFY(isHeldBy("OFDLCK", folder.file() + "-shm"));
    addExperiment(*second, "another");
    second.reset();
    QCOMPARE(locksOn(folder.file()).size(), 0U);
    QVERIFY(!fs::exists(folder.file() + "-wal"));
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code gone; // the descriptor that lists
        QVERIFY(fs::read_symlink(entry, gone).string().find(folder.path()) == std::string::npos);
    }
    Database third(folder.file());
    QCOMPARE(Experiments(third).all().size(), 2U);
}

/// The whole fault: without its locks the reader would go on in a log that the other program has deleted.
void TestLastingLocks::aReaderKeepsItsLog()
{
    const StoreFolder folder;
    Database reader(folder.file());
    addExperiment(reader);
    const ino_t log = inodeOf(folder.file() + "-wal");
    for (const std::string& part : partNames)
        openAndClose(folder.file() + part);
    ForeignProgram(folder.file(), "UPDATE experiment SET reason = 'theirs'").end();
    QVERIFY(log != 0);
    QCOMPARE(inodeOf(folder.file() + "-wal"), log);
    QCOMPARE(Experiments(reader).find("lr-scan")->reason, std::string("theirs"));
    addExperiment(reader, "mine");
    const ForeignProgram other(folder.file(), "SELECT count(*) FROM experiment");
    QCOMPARE(other.said(), QByteArray("2"));
}

void TestLastingLocks::otherProgramsAreKeptOut()
{
    const StoreFolder folder;
    Database database(folder.file());
    Transaction writing(database);
    addExperiment(database);
    openAndClose(folder.file() + "-shm");
    const char* write = "INSERT INTO store VALUES ('', 0)";
    QCOMPARE(ForeignProgram(folder.file(), write).said(), QByteArray("database is locked"));
    const ForeignProgram reader(folder.file(), "SELECT count(*) FROM experiment");
    QCOMPARE(reader.said(), QByteArray("0"));
    writing.commit();
    QCOMPARE(ForeignProgram(folder.file(), write).said(), QByteArray());
    const ForeignProgram exclusive(folder.file(), "PRAGMA journal_mode = DELETE");
    QCOMPARE(exclusive.said(), QByteArray("database is locked"));
}

void TestLastingLocks::otherProgramsKeepOut()
{
    const StoreFolder folder;
    Database database(folder.file());
    SQLite::Database impatient(folder.file(), SQLite::OPEN_READWRITE);
    ForeignProgram writer(folder.file(), "BEGIN IMMEDIATE; UPDATE store SET revision = 5");
    QCOMPARE(answer(impatient, "UPDATE store SET revision = 6"), std::string("database is locked"));
    QCOMPARE(storeRevision(database), 0);
    writer.end(); // which rolls back
    QCOMPARE(answer(impatient, "UPDATE store SET revision = 6 RETURNING revision"), std::string("6"));
}

/// SQLite asks by F_GETLK whether the journal that it finds is one in use.
void TestLastingLocks::aJournalThatAnotherProgramWritesIsNotRolledBack()
{
    makeLocksLast();
    const StoreFolder folder;
    SQLite::Database reader(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    reader.exec("CREATE TABLE pair (a, b); INSERT INTO pair VALUES (1, 1)");
    ForeignProgram writer(folder.file(), "BEGIN IMMEDIATE; UPDATE pair SET a = 2");
    QVERIFY(fs::file_size(folder.file() + "-journal") > 0);
    QCOMPARE(answer(reader, "SELECT a FROM pair"), std::string("1"));
    QVERIFY(fs::exists(folder.file() + "-journal"));
    {
        SQLite::Transaction own(reader, SQLite::TransactionBehavior::DEFERRED); // its own lock is no obstacle
        QCOMPARE(answer(reader, "SELECT b FROM pair"), std::string("1"));
        SQLite::Database beside(folder.file(), SQLite::OPEN_READONLY);
        QCOMPARE(answer(beside, "SELECT a FROM pair"), std::string("1"));
    }
}

void TestLastingLocks::aConnectionThatReadsDoesNotLimitOneThatWrites()
{
    const StoreFolder folder;
    addExperiment(*std::make_unique<Database>(folder.file()));
    Database reader(folder.file(), Database::Mode::ReadOnly);
    QCOMPARE(Experiments(reader).all().size(), 1U);
    Database writer(folder.file());
    addExperiment(writer, "another");
    QCOMPARE(Experiments(reader).all().size(), 2U);
}

/// It has a copy of the descriptor until it executes its program.
void TestLastingLocks::aChildOnItsWayToAProgramKeepsNoLock()
{
    const StoreFolder folder;
    auto database = std::make_unique<Database>(folder.file());
    const ForeignProgram other(folder.file(), "SELECT count(*) FROM trial"); // so that no file is deleted
    int pipe[2];
    QCOMPARE(pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        ::close(pipe[1]);
        _exit(::read(pipe[0], &byte, 1) == 0 ? 0 : 1);
    }
    database.reset();
    const bool areTheirs = isHeldBy("POSIX", folder.file()) && isHeldBy("POSIX", folder.file() + "-shm");
    ::close(pipe[1]);
    int status = 1;
    waitpid(child, &status, 0);
    ::close(pipe[0]);
    QCOMPARE(status, 0);
    QVERIFY(areTheirs);
}

void TestLastingLocks::threadsLockOneFile()
{
    constexpr int threads = 4;
    constexpr int rounds = 25;
    const StoreFolder folder;
    const Database keeper(folder.file());
    std::atomic<int> failures = 0;
    std::atomic<bool> over = false;
    std::thread stranger([&] {
        while (!over)
            for (const std::string& part : partNames)
                ::close(::open((folder.file() + part).c_str(), O_RDONLY | O_CLOEXEC));
    });
    std::vector<std::thread> writers;
    for (int writer = 0; writer < threads; ++writer)
        writers.emplace_back([&, writer] {
            try {
                for (int round = 0; round < rounds; ++round) {
                    Database database(folder.file());
                    addExperiment(database, std::to_string(writer) + '-' + std::to_string(round));
                }
            } catch (const StoreError&) {
                ++failures;
            }
        });
    for (int round = 0; round < rounds; ++round)
        ForeignProgram(folder.file(), "PRAGMA busy_timeout = 60000; SELECT count(*) FROM trial").end();
    for (std::thread& writer : writers)
        writer.join();
    over = true;
    stranger.join();
    QCOMPARE(failures.load(), 0);
    const ForeignProgram other(folder.file(), "SELECT count(*) FROM experiment");
    QCOMPARE(other.said(), QByteArray::number(threads * rounds));
    QCOMPARE(ForeignProgram(folder.file(), "PRAGMA integrity_check").said(), QByteArray("ok"));
}

/// Where no descriptor can be had any more, as where the system knows no other locks.
void TestLastingLocks::recordLocksStayWhereThereAreNoOthers()
{
    makeLocksLast();
    const StoreFolder folder;
    SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit tight{static_cast<rlim_t>(next), limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    const std::string schema = answer(database, "SELECT count(*) FROM sqlite_schema");
    setrlimit(RLIMIT_NOFILE, &limit);
    QCOMPARE(schema, std::string("0"));
    QVERIFY(isHeldBy("POSIX", folder.file()));
}

QTEST_GUILESS_MAIN(TestLastingLocks)
#include "tst_lasting_locks.moc"
