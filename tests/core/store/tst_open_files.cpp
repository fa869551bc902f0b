// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/open_files.h"

#include "foreign_program.h"
#include "store_fixture.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <functional>

using namespace widthwise;
using namespace widthwise::test;
namespace fs = std::filesystem;

namespace {

using Accident = std::function<void(const std::string& store)>;

/// What a connection says that does `what`.
std::string refusal(const std::function<void()>& what)
{
    try {
        what();
        return {};
    } catch (const StoreError& error) {
        return error.kind() == StoreError::Kind::Moved ? error.what() : "another kind";
    }
}

void removeLog(const std::string& store)
{
    fs::remove(store + "-wal");
    fs::remove(store + "-shm");
}

void replaceByOther(const std::string& store)
{
    Database other(store + ".other");
    addExperiment(other, "theirs");
    fs::rename(store + ".other", store);
}

} // namespace

Q_DECLARE_METATYPE(Accident)

class TestOpenFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStoreThatIsNotInItsPlaceIsSaid_data();
    void aStoreThatIsNotInItsPlaceIsSaid();
    void aViewerNoticesToo();
    void aStoreThatIsPutBackWorksOn();
    void whatOnlyADeletedLogHeldIsKept();
    void theLogOfAnotherConnectionIsLeftAlone();
    void aStoreThatReplacedAnotherIsLeftAlone();
    void aStoreThatReplacedAnotherIsNotMixedWithItsLog();
    void aStoreThatWasMovedTakesItsLogAlong();
    void aLogThatAKilledProgramLeftToAnotherStoreIsRefused();
    void nothingIsSaidOfAStoreInItsPlace();
};

void TestOpenFiles::aStoreThatIsNotInItsPlaceIsSaid_data()
{
    QTest::addColumn<Accident>("accident");
    QTest::addColumn<QString>("part"); // what is named
    QTest::addColumn<QString>("fate");
    const auto row = [](const char* name, const char* part, const char* fate, Accident accident) {
        QTest::newRow(name) << std::move(accident) << QString::fromLatin1(part) << QString::fromLatin1(fate);
    };
    const char* gone = "was moved or deleted";
    row("deleted", "", gone, [](const std::string& store) { fs::remove(store); });
    row("all deleted", "", gone, [](const std::string& store) {
        fs::remove(store);
        removeLog(store);
    });
    row("moved", "", gone, [](const std::string& store) { fs::rename(store, store + ".old"); });
    row("folder moved", "", gone, [](const std::string& store) {
        const fs::path folder = fs::path(store).parent_path();
        fs::rename(folder, folder.string() + ".old");
    });
    row("another store", "", "was replaced by another file", replaceByOther);
    row("any file", "", "was replaced by another file", [](const std::string& store) {
        fs::remove(store);
        std::ofstream(store) << "a draft";
    });
    row("a copy of itself", "", "was replaced by another file", [](const std::string& store) {
        fs::copy_file(store, store + ".copy");
        fs::rename(store + ".copy", store);
    });
    row("log deleted", "-wal", "was deleted", [](const std::string& store) { fs::remove(store + "-wal"); });
    row("index deleted", "-shm", "was deleted", [](const std::string& store) { fs::remove(store + "-shm"); });
    row("log replaced", "-wal", "was replaced", [](const std::string& store) {
        removeLog(store);
        ForeignProgram(store, "UPDATE store SET revision = 9").kill();
    });
}

void TestOpenFiles::aStoreThatIsNotInItsPlaceIsSaid()
{
    QFETCH(const Accident, accident);
    QFETCH(const QString, part);
    QFETCH(const QString, fate);
    const StoreFolder parent;
    const std::string store = parent.file("folder/store.db");
    Database database(store);
    const std::int64_t id = addExperiment(database);
    accident(store);
    const std::string said = refusal([&] { addExperiment(database, "lost"); });
    QVERIFY2(said.find(store + part.toStdString()) != std::string::npos, said.c_str());
    QVERIFY2(said.find(fate.toStdString()) != std::string::npos, said.c_str());
    QCOMPARE(refusal([&] { const Transaction writing(database); }), said);
    QCOMPARE(refusal([&] { Experiments(database).find(id); }), said);
    QCOMPARE(refusal([&] { database.dataVersion(); }), said);
}

void TestOpenFiles::aViewerNoticesToo()
{
    const StoreFolder folder;
    addExperiment(*std::make_unique<Database>(folder.file()));
    fs::create_symlink(folder.file(), folder.file("link.db"));
    replaceByOther(folder.file("second.db"));
    Database viewer(folder.file("link.db"), Database::Mode::ReadOnly);
    QCOMPARE(Experiments(viewer).all().size(), 1U);
    fs::remove(folder.file("link.db"));
    fs::create_symlink(folder.file("second.db"), folder.file("link.db"));
    QVERIFY(refusal([&] { Experiments(viewer).all(); }).find(folder.file("link.db")) != std::string::npos);
}

void TestOpenFiles::aStoreThatIsPutBackWorksOn()
{
    const StoreFolder folder;
    Database database(folder.file());
    fs::rename(folder.file(), folder.file("elsewhere.db"));
    QVERIFY(!refusal([&] { addExperiment(database); }).empty());
    fs::rename(folder.file("elsewhere.db"), folder.file());
    addExperiment(database);
    Database other(folder.file());
    QCOMPARE(Experiments(other).all().size(), 1U);
}

/// Somebody tidies up, and no connection is the last to close.
void TestOpenFiles::whatOnlyADeletedLogHeldIsKept()
{
    const StoreFolder folder;
    Database writer(folder.file());
    Database reader(folder.file(), Database::Mode::ReadOnly);
    addExperiment(writer, "only in the log");
    removeLog(folder.file());
    QVERIFY(!refusal([&] { addExperiment(writer, "never"); }).empty());
    const ForeignProgram other(folder.file(), "SELECT name FROM experiment");
    QCOMPARE(other.said(), QByteArray("only in the log"));
}

void TestOpenFiles::theLogOfAnotherConnectionIsLeftAlone()
{
    const StoreFolder folder;
    auto old = std::make_unique<Database>(folder.file());
    addExperiment(*old, "ours");
    removeLog(folder.file());
    QVERIFY(!refusal([&] { old->dataVersion(); }).empty());
    ForeignProgram(folder.file(), "UPDATE experiment SET name = 'theirs'").kill(); // all is in its log
    old.reset();
    QVERIFY(fs::file_size(folder.file() + "-wal") > 0);
    Database now(folder.file());
    QCOMPARE(Experiments(now).all().size(), 1U);
    QCOMPARE(Experiments(now).all().front().name, std::string("theirs"));
}

void TestOpenFiles::aStoreThatReplacedAnotherIsLeftAlone()
{
    const StoreFolder folder;
    auto old = std::make_unique<Database>(folder.file());
    addExperiment(*old, "ours");
    for (const char* part : {"", "-wal", "-shm"})
        fs::rename(folder.file() + part, folder.file("old.db") + part);
    ForeignProgram(folder.file(), "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (7)")
        .kill();
    QVERIFY(!refusal([&] { addExperiment(*old, "never"); }).empty());
    old.reset();
    QVERIFY(fs::file_size(folder.file() + "-wal") > 0);
    const ForeignProgram other(folder.file(), "SELECT a FROM t");
    QCOMPARE(other.said(), QByteArray("7"));
    Database moved(folder.file("old.db"));
    QCOMPARE(Experiments(moved).all().size(), 1U);
}

/// Only the store was replaced: its log still lies at the path.
void TestOpenFiles::aStoreThatReplacedAnotherIsNotMixedWithItsLog()
{
    const StoreFolder folder;
    auto driver = std::make_unique<Database>(folder.file());
    auto desktop = std::make_unique<Database>(folder.file());
    Database viewer(folder.file(), Database::Mode::ReadOnly);
    addExperiment(*driver, "ours");
    fs::create_hard_link(folder.file(), folder.file("old.db"));
    replaceByOther(folder.file());
    QVERIFY(!refusal([&] { addExperiment(*driver, "never"); }).empty());
    Database now(folder.file());
    addExperiment(now, "theirs, too");
    QVERIFY(!refusal([&] { addExperiment(*desktop, "never"); }).empty());
    desktop.reset();
    driver.reset();
    QCOMPARE(ForeignProgram(folder.file(), "SELECT group_concat(name) FROM experiment").said(),
             QByteArray("theirs,theirs, too"));
    QCOMPARE(ForeignProgram(folder.file("old.db"), "SELECT group_concat(name) FROM experiment").said(),
             QByteArray("ours"));
}

/// Somebody moves it aside to begin anew; SQLite deletes a log that it finds beside a new file.
void TestOpenFiles::aStoreThatWasMovedTakesItsLogAlong()
{
    const StoreFolder folder;
    auto driver = std::make_unique<Database>(folder.file());
    addExperiment(*driver, "ours");
    fs::rename(folder.file(), folder.file("old.db"));
    QVERIFY(!refusal([&] { driver->dataVersion(); }).empty());
    driver.reset();
    addExperiment(*std::make_unique<Database>(folder.file()), "new");
    Database moved(folder.file("old.db"));
    QCOMPARE(Experiments(moved).all().size(), 1U);
    QCOMPARE(Experiments(moved).all().front().name, std::string("ours"));
}

void TestOpenFiles::aLogThatAKilledProgramLeftToAnotherStoreIsRefused()
{
    const StoreFolder folder;
    const std::string store = folder.file("50% #1?.db");
    addExperiment(*std::make_unique<Database>(store), "ours");
    ForeignProgram(store, "UPDATE store SET revision = 9").kill();
    replaceByOther(store);
    for (const auto mode : {Database::Mode::ReadWrite, Database::Mode::ReadOnly})
        try {
            const Database mixed(store, mode);
            QFAIL("it was opened");
        } catch (const StoreError& error) {
            QCOMPARE(error.kind(), StoreError::Kind::Corrupt);
            QVERIFY(std::string(error.what()).find(store + "-wal") != std::string::npos);
        }
    removeLog(store);
    Database theirs(store);
    QCOMPARE(Experiments(theirs).all().front().name, std::string("theirs"));
}

void TestOpenFiles::nothingIsSaidOfAStoreInItsPlace()
{
    const StoreFolder folder;
    Database first(folder.file());
    auto second = std::make_unique<Database>(folder.file());
    addExperiment(first);
    second.reset();
    ForeignProgram(folder.file(), "PRAGMA wal_checkpoint(TRUNCATE)").end();
    ForeignProgram(folder.file(), "VACUUM").end();
    addExperiment(first, "another");
    fs::create_hard_link(folder.file(), folder.file("backup.db"));
    QCOMPARE(Experiments(first).all().size(), 2U);
}

QTEST_GUILESS_MAIN(TestOpenFiles)
#include "tst_open_files.moc"
