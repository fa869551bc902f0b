// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/heartbeat.h"

#include "core/store/driver_lease.h"
#include "tests/core/run/far_host.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;
using namespace std::chrono_literals;

class TestHeartbeat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsTheStore()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const SystemClock clock;
        FarHost host;
        DriverLease lease(database, experiment, clock.now());
        {
            Heartbeat heartbeat(folder.file(), experiment, host, clock);
            const auto link = [&] { return driverInfo(database, experiment)->link; };
            QTRY_VERIFY(link() && link()->state == SiteLink::State::Connected);
            heartbeat.setNotice("the disk is full");
            host.set(FarHost::Link::Down);
            QTRY_VERIFY(link()->state == SiteLink::State::Lost);
            QCOMPARE(driverInfo(database, experiment)->notice, std::string("the disk is full"));
            QVERIFY(heartbeat.problem().empty());
        }
        const TimePoint last = driverInfo(database, experiment)->heartbeat;
        lease.release(clock.now());
        QVERIFY(driverInfo(database, experiment)->heartbeat >= last);
        QVERIFY(!driverInfo(database, experiment)->link);
    }

    void givesTheTimesOfTheWorld()
    {
        const auto steady = std::chrono::steady_clock::now();
        const TimePoint now = at(1'000'000);
        const auto isNear = [](TimePoint time, TimePoint expected) {
            return time - expected < 5s && expected - time < 5s;
        };
        using State = LinkStatus::State;
        const SiteLink lost = siteLink({State::Lost, "gone", steady - 40s, steady + 20s, steady - 60s}, now);
        QVERIFY(lost.state == SiteLink::State::Lost);
        QCOMPARE(lost.reason, std::string("gone"));
        QVERIFY(isNear(lost.since, now - 40s));
        QVERIFY(isNear(lost.nextTry.value(), now + 20s));
        QVERIFY(isNear(lost.lastContact.value(), now - 60s));

        const SiteLink idle = siteLink({}, now);
        QVERIFY(idle.state == SiteLink::State::Connecting);
        QCOMPARE(idle.since, now);
        QVERIFY(!idle.lastContact && !idle.nextTry);
        QVERIFY(!siteLink({State::NeedsPerson, "a code", steady, steady, {}}, now).nextTry);
    }
};

QTEST_GUILESS_MAIN(TestHeartbeat)
#include "tst_heartbeat.moc"
