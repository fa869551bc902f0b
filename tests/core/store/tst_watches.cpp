// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/watches.h"

#include "store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

class TestWatches : public QObject {
    Q_OBJECT

    using Looks = std::vector<Watch>;

private Q_SLOTS:
    void eachViewerLooksAtOneThing()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t other = addExperiment(database, "other");
        Watches watches(database);
        QVERIFY(watches.of(experiment, at(0)).empty());

        watches.set("ada", experiment, {7, at(1000)});
        watches.set("bob", experiment, {-1, at(2000)});
        QCOMPARE(watches.of(experiment, at(0)), (Looks{{7, at(1000)}, {-1, at(2000)}}));
        watches.set("ada", experiment, {8, at(1500)});
        QCOMPARE(watches.of(experiment, at(0)), (Looks{{8, at(1500)}, {-1, at(2000)}}));
        watches.set("bob", other, {0, at(2000)});
        QCOMPARE(watches.of(experiment, at(0)), (Looks{{8, at(1500)}}));
        QCOMPARE(watches.of(other, at(0)), (Looks{{0, at(2000)}}));
    }

    void endsByItselfOrAtOnce()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Watches watches(database);
        watches.set("ada", experiment, {7, at(1000)});
        QCOMPARE(watches.of(experiment, at(999)).size(), std::size_t{1});
        QVERIFY(watches.of(experiment, at(1000)).empty());
        watches.set("ada", experiment, {7, at(2000)});
        watches.end("ada");
        QVERIFY(watches.of(experiment, at(0)).empty());
    }

    void goesWithItsExperiment()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        Watches watches(database);
        watches.set("ada", experiment, {7, at(1000)});
        Experiments(database).remove(experiment);
        QVERIFY(watches.of(experiment, at(0)).empty());
        watches.set("ada", experiment, {7, at(1000)}); // a viewer that has not heard of it
        QVERIFY(watches.of(experiment, at(0)).empty());
    }
};

QTEST_APPLESS_MAIN(TestWatches)
#include "tst_watches.moc"
