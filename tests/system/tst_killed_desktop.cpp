// SPDX-License-Identifier: GPL-3.0-or-later
// A desktop that is killed harms neither the search that it started nor the store; the next one shows the
// same.
#include "tests/core/run/runner_fixture.h"

#include <QProcess>
#include <QTest>
#include <csignal>

using namespace widthwise;

namespace {

constexpr int trialCount = 6;

const std::string program =
    R"sh(for i in 1 2 3 4 5; do echo '{{"step":'$i',"metrics":{{"loss":'$i'}}}}' >> metrics.jsonl; sleep 0.1; done)sh";

} // namespace

class TestKilledDesktop : public QObject {
    Q_OBJECT

    RunnerFixture m_fixture;
    QTemporaryDir m_settings;

    void open(QProcess& desktop, const QStringList& arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_settings.path());
        desktop.setProcessEnvironment(environment);
        desktop.setProcessChannelMode(QProcess::ForwardedChannels);
        desktop.start(qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise"),
                      QStringList{QStringLiteral("--store"), QString::fromStdString(m_fixture.storeFile())} +
                          arguments);
        QVERIFY(desktop.waitForStarted());
    }

    static void killNow(QProcess& desktop)
    {
        ::kill(static_cast<pid_t>(desktop.processId()), SIGKILL);
        QVERIFY(desktop.waitForFinished());
        QCOMPARE(desktop.exitStatus(), QProcess::CrashExit);
    }

    int count(TrialState state)
    {
        const std::vector<Trial> trials = m_fixture.trials(1);
        return static_cast<int>(std::count_if(trials.begin(), trials.end(),
                                              [&](const Trial& trial) { return trial.state == state; }));
    }

private Q_SLOTS:
    void itsSearchGoesOn()
    {
        const std::string file = m_fixture.storeFile() + ".yaml";
        std::ofstream(file) << RunnerFixture::yaml(program, trialCount, 2);
        QProcess first;
        open(first, {QStringLiteral("--start"), QString::fromStdString(file)});
        QTRY_VERIFY_WITH_TIMEOUT(count(TrialState::Running) > 0, 30'000);
        killNow(first);

        QProcess second;
        open(second, {});
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture.record(1).state, ExperimentState::Completed, 60'000);
        QVERIFY(second.state() == QProcess::Running);
        killNow(second);
    }

    void everyTrialIsThereOnce()
    {
        QCOMPARE(count(TrialState::Completed), trialCount);
        for (const Trial& trial : m_fixture.trials(1)) {
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(m_fixture.points(1, trial.number, "loss").values, (std::vector<double>{1, 2, 3, 4, 5}));
        }
    }

    void theNextOneOpensNoSecondExperiment()
    {
        QProcess third;
        open(third, {QStringLiteral("--start"), QString::fromStdString(m_fixture.storeFile() + ".yaml")});
        QTest::qWait(1500);
        killNow(third);
        Database database(m_fixture.storeFile());
        QCOMPARE(Experiments(database).all().size(), std::size_t{1});
        QCOMPARE(count(TrialState::Completed), trialCount);
    }
};

QTEST_GUILESS_MAIN(TestKilledDesktop)
#include "tst_killed_desktop.moc"
