// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/driver_lease.h"

#include "store_fixture.h"

#include <QProcess>
#include <QTest>

#include <filesystem>
#include <unistd.h>

using namespace widthwise;
using namespace widthwise::test;

namespace {

/// Starts a second process that drives the experiment, and waits until it does.
void startDriver(QProcess& process, const StoreFolder& folder, std::int64_t experiment,
                 const QString& how = QStringLiteral("drive"))
{
    process.start(QStringLiteral(STORE_VICTIM),
                  {how, QString::fromStdString(folder.file()), QString::number(experiment)});
    QVERIFY(process.waitForReadyRead());
    QCOMPARE(process.readLine(), QByteArray("driving\n"));
}

/// What the refusal says; empty where the lease was granted.
std::string refusal(Database& database, std::int64_t experiment, TimePoint now)
{
    try {
        const DriverLease lease(database, experiment, now);
    } catch (const StoreError& error) {
        return error.kind() == StoreError::Kind::Locked ? error.what() : "";
    }
    return {};
}

void kill(QProcess& process)
{
    process.kill();
    process.waitForFinished();
}

} // namespace

class TestDriverLease : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhoDrives()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        QVERIFY(!driverInfo(database, experiment));

        DriverLease lease(database, experiment, at(1000));
        DriverInfo expected = *driverInfo(database, experiment);
        QCOMPARE(expected.pid, std::int64_t{getpid()});
        QVERIFY(!expected.host.empty());
        expected.started = expected.heartbeat = at(1000);
        expected.running = true;
        QVERIFY(driverInfo(database, experiment) == expected);

        beat(database, experiment, at(2000), "the disk is full");
        expected.heartbeat = at(2000);
        expected.notice = "the disk is full";
        QVERIFY(driverInfo(database, experiment) == expected);

        lease.release(at(3000));
        expected.heartbeat = at(3000);
        expected.notice.clear();
        expected.running = false;
        QVERIFY(driverInfo(database, experiment) == expected);
        QVERIFY(!std::filesystem::exists(folder.file() + "-driver-" + std::to_string(experiment)));
    }

    void tellsHowTheLinkToItsTrialsIs()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const TrialsPlace place{"juwels", "/p/scratch/ada/widthwise"};
        DriverLease lease(database, experiment, at(1000), place);
        QVERIFY(driverInfo(database, experiment)->place == place);
        QVERIFY(!driverInfo(database, experiment)->link);

        using State = SiteLink::State;
        for (const SiteLink& link :
             {SiteLink{State::Connecting, {}, at(1000), {}, {}},
              SiteLink{State::Connected, {}, at(1500), {}, at(1900)},
              SiteLink{State::Lost, "Connection refused", at(2000), at(2500), at(1900)},
              SiteLink{State::NeedsPerson, "a password is needed", at(3000), {}, at(1900)}}) {
            beat(database, experiment, at(4000), {}, link);
            QVERIFY(driverInfo(database, experiment)->link == link);
        }
        lease.release(at(5000));
        QVERIFY(!driverInfo(database, experiment)->link);
        QVERIFY(driverInfo(database, experiment)->place == place);
    }

    void refusesASecondDriverByName()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t other = addExperiment(database, "other");
        QProcess first;
        startDriver(first, folder, experiment);
        const std::string message = refusal(database, experiment, at(1'000'000'000));
        QVERIFY(message.find(std::to_string(first.processId())) != std::string::npos);
        QVERIFY(message.find(driverInfo(database, experiment)->host) != std::string::npos);
        QCOMPARE(refusal(database, other, at(1)), std::string());
        kill(first);
    }

    void refusesASecondDriverThatNamesTheStoreByALink()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        std::filesystem::create_directory(folder.file("links"));
        std::filesystem::create_symlink("../widthwise.db", folder.file("links/first.db"));
        std::filesystem::create_symlink(folder.file("links/first.db"), folder.file("second.db"));
        const DriverLease lease(database, experiment, at(1000));
        for (const char* name : {"links/first.db", "second.db"}) {
            Database linked(folder.file(name));
            QVERIFY(!refusal(linked, experiment, at(2000)).empty());
        }
    }

    void isFreeOnceItsDriverWasKilled()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        QProcess first;
        startDriver(first, folder, experiment);
        kill(first);
        QVERIFY(driverInfo(database, experiment)->running);
        QCOMPARE(refusal(database, experiment, at(1001)), std::string());
        QCOMPARE(driverInfo(database, experiment)->pid, std::int64_t{getpid()});
    }

    void isFreeOnceItsDriverWasKilledAsItStartedAProgram()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        QProcess first;
        startDriver(first, folder, experiment, QStringLiteral("fork"));
        kill(first);
        QCOMPARE(refusal(database, experiment, at(1001)), std::string());
    }

    void isFreeAfterRelease()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        DriverLease first(database, experiment, at(1));
        QVERIFY(!refusal(database, experiment, at(2)).empty());
        first.release(at(3));
        const DriverLease second(database, experiment, at(4));
        QVERIFY(!refusal(database, experiment, at(5)).empty());
    }

    void isNotInheritedByChildren()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        QProcess child;
        {
            const DriverLease lease(database, experiment, at(1));
            child.start(QStringLiteral("sleep"), {QStringLiteral("60")});
            QVERIFY(child.waitForStarted());
        }
        QCOMPARE(refusal(database, experiment, at(2)), std::string());
        kill(child);
    }

    void respectsAFreshHeartbeatOfAnotherHost()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        setDriverInfo(database, experiment, {"login01", 42, at(0), at(5000), {}, true, {}, {}});
        QVERIFY(refusal(database, experiment, at(6000)).find("process 42 on login01") != std::string::npos);
        QCOMPARE(refusal(database, experiment, at(5000) + driverSilence), std::string());
    }
};

QTEST_GUILESS_MAIN(TestDriverLease)
#include "tst_driver_lease.moc"
