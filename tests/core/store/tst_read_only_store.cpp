// SPDX-License-Identifier: GPL-3.0-or-later
// Stores that lie where nothing can be written: on a read-only mount, and in a folder of somebody else.
#include "core/store/database.h"

#include "core/store/query.h"
#include "core/store/schema.h"
#include "read_only_place.h"
#include "store_fixture.h"

#include <QTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>

using namespace widthwise;
using namespace widthwise::test;
namespace fs = std::filesystem;

namespace {

enum class Place { Mount, Folder, File };

std::set<std::string> namesIn(const std::string& folder)
{
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        names.insert(entry.path().filename());
    return names;
}

std::vector<std::string> experimentsOf(Database& database)
{
    std::vector<std::string> names;
    for (const ExperimentRecord& record : Experiments(database).all())
        names.push_back(record.name);
    return names;
}

using Names = std::vector<std::string>;

} // namespace

Q_DECLARE_METATYPE(Place)

class TestReadOnlyStore : public QObject {
    Q_OBJECT

    std::optional<StoreFolder> m_folder;
    std::optional<ReadOnlyMount> m_mount;
    std::optional<OrdinaryUser> m_user;

    std::string home() const { return m_folder->path() + "/home"; }
    std::string there() const { return home() + "/store.db"; }
    /// The store as it is seen from where it cannot be written.
    std::string seen() const { return m_mount ? m_mount->path() + "/store.db" : there(); }

    /// What belongs to an ordinary user already stays theirs.
    bool giveAway() const
    {
        bool given = geteuid() != 0 || chown(home().c_str(), ordinaryUser, ordinaryUser) == 0;
        for (const std::string& name : namesIn(home()))
            given = given &&
                    (geteuid() != 0 || chown((home() + '/' + name).c_str(), ordinaryUser, ordinaryUser) == 0);
        return given;
    }

    /// From now on nothing can be written. False where this user cannot have that.
    bool close(Place place)
    {
        fs::permissions(m_folder->path(), fs::perms(0755));
        if (place == Place::Mount) {
            m_mount.emplace(home(), m_folder->path() + "/seen");
            return m_mount->works();
        }
        if (!giveAway())
            return false;
        if (place == Place::Folder)
            fs::permissions(home(), fs::perms(0555));
        else
            for (const std::string& name : namesIn(home()))
                fs::permissions(home() + '/' + name, fs::perms(0444));
        m_user.emplace();
        return true;
    }

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        fs::create_directory(home());
    }

    void cleanup()
    {
        m_user.reset();
        m_mount.reset();
        if (fs::exists(home()))
            fs::permissions(home(), fs::perms(0755));
        m_folder.reset();
    }

    void isRead_data()
    {
        QTest::addColumn<Place>("place");
        QTest::newRow("read-only mount") << Place::Mount;
        QTest::newRow("folder without permission") << Place::Folder;
        QTest::newRow("file without permission") << Place::File;
    }

    void isRead()
    {
        QFETCH(Place, place);
        {
            Database writer(there());
            addTrial(writer, addExperiment(writer, "first"));
        }
        if (!close(place))
            QSKIP("needs the right to mount (root)");
        const std::set<std::string> before = namesIn(home());
        {
            Database database(seen(), Database::Mode::ReadOnly);
            QCOMPARE(experimentsOf(database), Names{"first"});
            QCOMPARE(Trials(database).all(1).size(), std::size_t{1});
            QCOMPARE(database.file(), seen());
            QVERIFY(database.isReadOnly());
            try {
                addExperiment(database, "other");
                QFAIL("wrote");
            } catch (const StoreError& error) {
                QVERIFY2(error.kind() == StoreError::Kind::ReadOnly, error.what());
                QVERIFY2(std::string(error.what()).find(seen()) != std::string::npos, error.what());
            }
        }
        QCOMPARE(namesIn(home()), before);
    }

    void whatTheLogHoldsIsRead_data() { isRead_data(); }

    /// A log whose writer was killed, or that was copied without its shared memory.
    void whatTheLogHoldsIsRead()
    {
        QFETCH(Place, place);
        {
            const std::string elsewhere = m_folder->path() + "/written.db";
            Database writer(elsewhere);
            addExperiment(writer, "first");
            writer.handle().exec("PRAGMA wal_checkpoint(TRUNCATE)");
            addExperiment(writer, "in the log");
            fs::copy_file(elsewhere, there());
            fs::copy_file(elsewhere + "-wal", there() + "-wal");
        }
        if (!close(place))
            QSKIP("needs the right to mount (root)");
        const std::set<std::string> before = namesIn(home());
        {
            Database database(seen(), Database::Mode::ReadOnly);
            QCOMPARE(experimentsOf(database), (Names{"first", "in the log"}));
        }
        QCOMPARE(namesIn(home()), before);
    }

    void whatAnotherWritesIsSeen_data()
    {
        QTest::addColumn<Place>("place");
        QTest::addColumn<bool>("open"); // the writer, when looking begins
        for (const bool open : {true, false}) {
            QTest::addRow("read-only mount, %s", open ? "writer open" : "writer comes")
                << Place::Mount << open;
            QTest::addRow("folder without permission, %s", open ? "writer open" : "writer comes")
                << Place::Folder << open;
        }
    }

    void whatAnotherWritesIsSeen()
    {
        QFETCH(Place, place);
        QFETCH(bool, open);
        auto writer = std::make_unique<Database>(there());
        addExperiment(*writer, "first");
        if (!open)
            writer.reset();
        if (!close(place))
            QSKIP("needs the right to mount (root)");
        Database viewer(seen(), Database::Mode::ReadOnly);
        QCOMPARE(experimentsOf(viewer), Names{"first"});
        std::int64_t version = viewer.dataVersion();
        const auto asOwner = [&](const std::function<void()>& what) {
            const bool ordinary = m_user.has_value();
            m_user.reset();
            if (ordinary)
                fs::permissions(home(), fs::perms(0755));
            what();
            if (ordinary) {
                fs::permissions(home(), fs::perms(0555));
                m_user.emplace();
            }
        };
        asOwner([&] {
            if (!writer)
                writer = std::make_unique<Database>(there());
            addExperiment(*writer, "second");
        });
        QTRY_VERIFY(viewer.dataVersion() != version);
        version = viewer.dataVersion();
        QCOMPARE(experimentsOf(viewer), (Names{"first", "second"}));
        asOwner([&] {
            addExperiment(*writer, "third");
            writer.reset(); // and takes the log away where nobody reads it
        });
        QTRY_VERIFY(viewer.dataVersion() != version);
        QCOMPARE(experimentsOf(viewer), (Names{"first", "second", "third"}));
    }

    void anOlderStoreIsReadAndStaysAsItIs_data() { isRead_data(); }

    void anOlderStoreIsReadAndStaysAsItIs()
    {
        QFETCH(Place, place);
        {
            SQLite::Database old(there(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            old.exec("PRAGMA journal_mode = WAL");
            migrate(old, schemaScripts().first(1));
            old.exec("INSERT INTO experiment (name, yaml, base_directory, state, reason, created) "
                     "VALUES ('old', '', '', 'draft', '', 0)");
        }
        if (!close(place))
            QSKIP("needs the right to mount (root)");
        {
            Database database(seen(), Database::Mode::ReadOnly);
            QCOMPARE(experimentsOf(database), Names{"old"});
        }
        m_user.reset();
        SQLite::Database old(there());
        QCOMPARE(old.execAndGet("PRAGMA user_version").getInt(), 1);
    }

    void isRefusedForWriting_data() { isRead_data(); }

    void isRefusedForWriting()
    {
        QFETCH(Place, place);
        {
            const Database made(there());
        }
        if (!close(place))
            QSKIP("needs the right to mount (root)");
        try {
            const Database database(seen());
            QFAIL("opened");
        } catch (const StoreError& error) {
            const std::string why = place == Place::Mount ? "read-only file system"
                                                          : "no permission to write " +
                                                                (place == Place::Folder ? home() : there());
            const std::string text = "the store " + seen() + " cannot be written: " + why + ';';
            QVERIFY2(error.kind() == StoreError::Kind::ReadOnly, error.what());
            QVERIFY2(std::string(error.what()).starts_with(text), error.what());
        }
    }

    void whatIsNoStoreIsNamed()
    {
        SQLite::Database(there(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url TEXT)");
        if (!close(Place::Folder))
            QSKIP("needs the right to mount (root)");
        try {
            const Database database(seen(), Database::Mode::ReadOnly);
            QFAIL("opened");
        } catch (const StoreError& error) {
            QVERIFY2(error.kind() == StoreError::Kind::Corrupt, error.what());
            QVERIFY2(std::string(error.what()).starts_with(seen()), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestReadOnlyStore)
#include "tst_read_only_store.moc"
