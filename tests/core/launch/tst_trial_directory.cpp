// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/trial_directory.h"

#include <QTest>

using namespace widthwise;

namespace {

const std::string whole =
    R"({"phase":"exited","attempt":2,"pid":10,"start_ticks":99,"program":11,"boot_id":"b","host":"h","device":"cuda:1","started_at":5,"heartbeat_at":6,"exit_code":143})";

} // namespace

class TestTrialDirectory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesOneDirectoryPerTrial()
    {
        const TimePoint created{std::chrono::milliseconds(1'795'253'672'345)};
        QCOMPARE(trialDirectory("/data/w.trials", "gn2-lr", created, 7),
                 "/data/w.trials/gn2-lr.20261121-093432.345/0007");
        QCOMPARE(trialDirectory("/d", "gn2-lr", created, 12345), "/d/gn2-lr.20261121-093432.345/12345");
    }

    void keepsExperimentsOfOneNameApart()
    {
        const TimePoint first{std::chrono::milliseconds(1000)};
        QVERIFY(trialDirectory("/d", "a", first, 0) !=
                trialDirectory("/d", "a", first + std::chrono::milliseconds(1), 0));
    }

    void keepsNamesInsideTheFolder_data()
    {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<std::string>("start");
        QTest::newRow("slash") << std::string("a/b") << std::string("/d/a_b.");
        QTest::newRow("above") << std::string("../../etc") << std::string("/d/_.._.._etc.");
        QTest::newRow("space and quote") << std::string("it's $x") << std::string("/d/it_s__x.");
        QTest::newRow("empty") << std::string() << std::string("/d/_.");
    }

    void keepsNamesInsideTheFolder()
    {
        QFETCH(std::string, name);
        QFETCH(std::string, start);
        const std::string directory = trialDirectory("/d", name, {}, 0);
        QVERIFY2(directory.starts_with(start), directory.c_str());
    }

    void readsAStatus()
    {
        const auto status = parseTrialStatus(whole);
        QVERIFY(status);
        QCOMPARE(status->phase, TrialStatus::Phase::Exited);
        QCOMPARE(status->attempt, 2);
        QCOMPARE(status->wrapperPid, 10);
        QCOMPARE(status->wrapperStartTicks, 99);
        QCOMPARE(status->programPid, 11);
        QCOMPARE(status->device, "cuda:1");
        QCOMPARE(status->exitCode, 143);
    }

    void refusesEveryTruncation()
    {
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY(!parseTrialStatus(std::string_view(whole).substr(0, length)));
    }

    void refusesWhatIsNotOurs()
    {
        for (const char* text :
             {"null", "[]", "{}", "42", "{\"phase\":\"asleep\"}", "{\"phase\":7,\"attempt\":\"x\"}"})
            QVERIFY(!parseTrialStatus(text));
    }
};

QTEST_APPLESS_MAIN(TestTrialDirectory)
#include "tst_trial_directory.moc"
