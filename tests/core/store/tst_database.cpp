// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "core/store/query.h"
#include "core/store/schema.h"
#include "core/store/series.h"
#include "store_fixture.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace widthwise;
using namespace widthwise::test;
namespace fs = std::filesystem;

namespace {

struct Refusal {
    std::optional<StoreError::Kind> kind;
    std::string message;
};

Refusal open(const std::string& file, Database::Mode mode = Database::Mode::ReadWrite)
{
    try {
        const Database database(file, mode);
        return {};
    } catch (const StoreError& error) {
        return {error.kind(), error.what()};
    }
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// A file system of `bytes` at `path`, where the process may mount one.
class SmallDisk {
public:
    SmallDisk(std::string path, const std::string& size) : m_path(std::move(path))
    {
        fs::create_directory(m_path);
        m_mounted = mount("tmpfs", m_path.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            umount(m_path.c_str());
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return m_mounted; }

private:
    std::string m_path;
    bool m_mounted = false;
};

void fillUp(const std::string& file)
{
    std::ofstream ballast(file, std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())) && ballast.flush()) {
    }
}

/// Appends 1000 points after those that the trial has.
void appendThousand(Database& database, std::int64_t trial)
{
    SeriesTable series(database);
    const std::optional<ReadPosition> position = series.readPosition(trial);
    const std::int64_t done = position ? position->offset : 0;
    std::vector<Point> points;
    for (std::int64_t step = done; step < done + 1000; ++step)
        points.push_back({static_cast<std::int64_t>(step), 0.1 * static_cast<double>(step)});
    Transaction transaction(database);
    series.append(trial, {{"loss", points}});
    series.setReadPosition(trial, {1, done + 1000, {}});
    transaction.commit();
}

} // namespace

class TestDatabase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyAFileIsAStore()
    {
        const StoreFolder folder;
        QCOMPARE(mkfifo(folder.file("pipe").c_str(), 0600), 0);
        for (const Database::Mode mode : {Database::Mode::ReadWrite, Database::Mode::ReadOnly}) {
            QVERIFY_THROWS_EXCEPTION(StoreError, Database(folder.file("pipe"), mode));
            QVERIFY_THROWS_EXCEPTION(StoreError, Database(folder.path(), mode));
        }
    }

    void createsTheFileAndItsFolder()
    {
        const StoreFolder folder;
        const std::string file = folder.path() + "/a/b/store ü.db";
        const Database database(file);
        QVERIFY(fs::exists(file));
        QCOMPARE(database.file(), file);
    }

    void namesItsDefaultPlaces()
    {
        qputenv("XDG_DATA_HOME", "/somewhere");
        QCOMPARE(defaultStoreFile(), std::string("/somewhere/widthwise/widthwise.db"));
        qunsetenv("XDG_DATA_HOME");
        qputenv("HOME", "/home/ada");
        QCOMPARE(defaultStoreFile(), std::string("/home/ada/.local/share/widthwise/widthwise.db"));
        QCOMPARE(trialsDirectory("/data/widthwise.db"), std::string("/data/widthwise.trials"));
    }

    void trialsLieBesideTheFileThatALinkNames()
    {
        const StoreFolder folder;
        std::filesystem::create_directory(folder.file("links"));
        std::filesystem::create_symlink("../widthwise.db", folder.file("links/first.db"));
        std::filesystem::create_symlink(folder.file("links/first.db"), folder.file("second.db"));
        std::filesystem::create_symlink("round.db", folder.file("round.db"));
        std::filesystem::create_directory_symlink("links", folder.file("folder"));
        for (const char* name : {"widthwise.db", "links/first.db", "second.db", "folder/first.db"})
            QCOMPARE(trialsDirectory(folder.file(name)), folder.file("widthwise.trials"));
        QVERIFY(trialsDirectory(folder.file("round.db")).ends_with("/round.trials"));
    }

    void refusesANewerStoreUntouched()
    {
        const StoreFolder folder;
        Database(folder.file());
        {
            SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE);
            handle.exec("PRAGMA user_version = 999");
        }
        const Refusal refusal = open(folder.file());
        QVERIFY(refusal.kind == StoreError::Kind::Newer);
        QVERIFY(contains(refusal.message, folder.file()));
        QVERIFY(contains(refusal.message, "999"));
        QVERIFY(open(folder.file(), Database::Mode::ReadOnly).kind == StoreError::Kind::Newer);
        SQLite::Database handle(folder.file());
        QCOMPARE(handle.execAndGet("PRAGMA user_version").getInt(), 999);
    }

    void refusesWhatIsNotADatabase()
    {
        const StoreFolder folder;
        std::ofstream(folder.file()) << std::string(8192, 'x');
        const Refusal refusal = open(folder.file());
        QVERIFY(refusal.kind == StoreError::Kind::Corrupt);
        QVERIFY(contains(refusal.message, folder.file()));
        QCOMPARE(fs::file_size(folder.file()), std::uintmax_t{8192});
    }

    void refusesTheDatabaseOfAnotherProgram()
    {
        const StoreFolder folder;
        {
            SQLite::Database handle(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            handle.exec("CREATE TABLE bookmarks (url TEXT)");
        }
        const Refusal refusal = open(folder.file());
        QVERIFY(refusal.kind == StoreError::Kind::Corrupt);
        QVERIFY(contains(refusal.message, "another program"));
        SQLite::Database handle(folder.file());
        QVERIFY(!handle.tableExists("experiment"));
        QCOMPARE(handle.execAndGet("PRAGMA journal_mode").getString(), std::string("delete"));
    }

    void refusesWhereItCannotWrite()
    {
        const Refusal refusal = open("/proc/widthwise/widthwise.db"); // not even root may write there
        QVERIFY(refusal.kind == StoreError::Kind::Other);
        QVERIFY(contains(refusal.message, "/proc/widthwise/widthwise.db"));
        QVERIFY(contains(refusal.message, "may be written"));
    }

    void readOnlyReadsAndNeverWrites()
    {
        const StoreFolder folder;
        QVERIFY(open(folder.file(), Database::Mode::ReadOnly).kind == StoreError::Kind::Other);
        QVERIFY(!fs::exists(folder.file()));

        Database writer(folder.file());
        const std::int64_t experiment = addExperiment(writer);
        Database reader(folder.file(), Database::Mode::ReadOnly);
        QCOMPARE(Experiments(reader).all().size(), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(addExperiment(reader, "other"), StoreError);
        QVERIFY_EXCEPTION_THROWN(Experiments(reader).remove(experiment), StoreError);
        addTrial(writer, experiment);
        QCOMPARE(Trials(reader).all(experiment).size(), std::size_t{1});
    }

    void dataVersionTellsThatAnotherWrote()
    {
        const StoreFolder folder;
        Database writer(folder.file());
        Database viewer(folder.file());
        const std::int64_t before = viewer.dataVersion();
        QCOMPARE(viewer.dataVersion(), before);
        addExperiment(viewer, "its own");
        QCOMPARE(viewer.dataVersion(), before);
        addExperiment(writer, "of another");
        QVERIFY(viewer.dataVersion() != before);
    }

    void transactionsRollBackUnlessCommitted()
    {
        const StoreFolder folder;
        Database database(folder.file());
        {
            const Transaction abandoned(database);
            addExperiment(database, "lost");
        }
        {
            Transaction transaction(database);
            addExperiment(database, "kept");
            transaction.commit();
        }
        QVERIFY(!Experiments(database).find("lost"));
        QVERIFY(Experiments(database).find("kept"));
    }

    void aFailedQueryLeavesTheConnectionUsable()
    {
        const StoreFolder folder;
        Database database(folder.file());
        QVERIFY_EXCEPTION_THROWN(Query(database, "SELECT nonsense"), StoreError);
        QVERIFY_EXCEPTION_THROWN(addTrial(database, 99), StoreError);
        QVERIFY_EXCEPTION_THROWN(addTrial(database, 99), StoreError);
        addTrial(database, addExperiment(database));
    }

    void theSameQueryMayRunInsideItself()
    {
        const StoreFolder folder;
        Database database(folder.file());
        for (const char* name : {"a", "b", "c"})
            addExperiment(database, name);
        const std::string_view sql = "SELECT name FROM experiment ORDER BY id";
        std::string pairs;
        std::string name;
        Query outer(database, sql);
        while (outer.next()) {
            outer.read(name);
            pairs += name;
            Query inner(database, sql);
            while (inner.next()) {
                inner.read(name);
                pairs += name;
            }
        }
        QCOMPARE(pairs, std::string("aabcbabccabc"));
    }

    void saysThatTheDiskIsFullAndGoesOn()
    {
        const StoreFolder folder;
        const SmallDisk disk(folder.path() + "/disk", "2m");
        if (!disk.mounted())
            QSKIP("needs the right to mount a tmpfs (root)");
        const std::string ballast = folder.path() + "/disk/ballast";
        Database database(folder.path() + "/disk/widthwise.db");
        const std::int64_t trial = addTrial(database, addExperiment(database));
        appendThousand(database, trial);
        fillUp(ballast);

        std::int64_t written = 1000;
        try {
            for (int i = 0; i < 1000; ++i, written += 1000)
                appendThousand(database, trial);
            QFAIL("a full disk took a million points");
        } catch (const StoreError& error) {
            QVERIFY2(error.kind() == StoreError::Kind::Full, error.what());
            QVERIFY(contains(error.what(), "free some space"));
        }

        fs::remove(ballast);
        QCOMPARE(SeriesTable(database).readPosition(trial)->offset, written);
        appendThousand(database, trial);
        written += 1000;
        const SeriesSummary summary = SeriesTable(database).summaries(1).at(0);
        QCOMPARE(summary.count, written);
        QCOMPARE(SeriesTable(database).read(summary.id).size(), static_cast<std::size_t>(written));
        QCOMPARE(database.handle().execAndGet("PRAGMA integrity_check").getString(), std::string("ok"));
    }

    void whatWasSavedOnAFullDiskIsThere()
    {
        const StoreFolder folder;
        const SmallDisk disk(folder.path() + "/disk", "1m");
        if (!disk.mounted())
            QSKIP("needs the right to mount a tmpfs (root)");
        Database database(folder.path() + "/disk/widthwise.db");
        const std::int64_t experiment = addExperiment(database);
        std::size_t saved = 0;
        try {
            for (; saved < 10'000; ++saved)
                addTrial(database, experiment, static_cast<int>(saved));
            QFAIL("a full disk took 10,000 trials");
        } catch (const StoreError& error) {
            QVERIFY2(error.kind() == StoreError::Kind::Full, error.what());
        }
        QCOMPARE(Trials(database).all(experiment).size(), saved);
    }

    void refusesToBeCreatedOnAFullDisk()
    {
        const StoreFolder folder;
        const SmallDisk disk(folder.path() + "/disk", "64k");
        if (!disk.mounted())
            QSKIP("needs the right to mount a tmpfs (root)");
        fillUp(folder.path() + "/disk/ballast");
        const Refusal refusal = open(folder.path() + "/disk/widthwise.db");
        QVERIFY2(refusal.kind == StoreError::Kind::Full, refusal.message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestDatabase)
#include "tst_database.moc"
