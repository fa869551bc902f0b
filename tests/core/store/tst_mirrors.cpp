// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/driver_lease.h"
#include "core/store/experiments.h"
#include "core/store/file_lock.h"
#include "core/store/mirrors.h"
#include "core/store/query.h"
#include "store_fixture.h"

#include <QFile>
#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

class TestMirrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStoreIsMirroredOnce()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Mirrors mirrors(database);
        const MirrorRecord first = mirrors.attach({.host = "juwels"});
        QVERIFY(first.wanted && !first.lastContact && !first.beat);
        QCOMPARE(mirrors.attach({.host = "juwels"}).id, first.id);
        QVERIFY(mirrors.attach({.host = "juwels", .file = "/p/other.db"}).id != first.id);
        QCOMPARE(mirrors.all().size(), std::size_t{2});
    }

    void whatIsNotSaidStaysAsItWas()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Mirrors mirrors(database);
        const Remote remote{.host = "juwels", .program = "~/bin/widthwisectl", .sshConfig = "/c"};
        mirrors.attach(remote);
        QVERIFY(mirrors.attach({.host = "juwels"}).remote == remote);
        QCOMPARE(mirrors.attach({.host = "juwels", .program = "/opt/ctl"}).remote.program,
                 std::string("/opt/ctl"));
    }

    void detachedUntilAttachedAgain()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Mirrors mirrors(database);
        const std::int64_t id = mirrors.attach({.host = "juwels"}).id;
        mirrors.beat(id, "juwels is out of reach", at(1000));
        QCOMPARE(mirrors.find(id)->problem, std::string("juwels is out of reach"));
        QVERIFY(isAttached(*mirrors.find(id), at(1000)));
        QVERIFY(!isAttached(*mirrors.find(id), at(1001) + driverSilence));
        mirrors.detach(id);
        QVERIFY(!mirrors.find(id)->wanted);
        const MirrorRecord again = mirrors.attach({.host = "juwels"});
        QVERIFY(again.wanted && again.problem.empty());
        QVERIFY(!mirrors.find(id + 1));
    }

    void whatIsForgottenTakesItsCopiesAlong()
    {
        const StoreFolder folder;
        Database database(folder.file());
        Mirrors mirrors(database);
        const std::int64_t id = mirrors.attach({.host = "juwels"}).id;
        const std::int64_t copy = addExperiment(database, "scan@juwels");
        const std::int64_t own = addExperiment(database, "own");
        Query(database,
              "INSERT INTO mirrored_experiment (mirror, remote, experiment, name) VALUES (?, 7, ?, 'scan')")
            .bind(id, copy)
            .run();
        {
            FileLock keeper;
            QVERIFY(keeper.take(mirrors.lockFile(id)));
            QVERIFY_EXCEPTION_THROWN(mirrors.forget(id), StoreError);
            QVERIFY(mirrors.find(id) && Experiments(database).find(copy));
        }
        mirrors.forget(id);
        QVERIFY(!mirrors.find(id) && mirrors.all().empty());
        QVERIFY(!Experiments(database).find(copy));
        QVERIFY(Experiments(database).find(own).has_value());
        QVERIFY(!QFile::exists(QString::fromStdString(mirrors.lockFile(id))));
        QVERIFY(mirrors.attach({.host = "juwels"}).id != id);
    }
};

QTEST_GUILESS_MAIN(TestMirrors)
#include "tst_mirrors.moc"
