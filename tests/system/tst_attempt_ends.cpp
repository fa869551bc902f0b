// SPDX-License-Identifier: GPL-3.0-or-later
// An attempt has not ended before all that it started has: as processes behind a real sshd, and in jobs of a
// real SLURM, whose plugin proctrack/linuxproc does not see daemons.
#include "core/launch/process_launcher.h"
#include "core/launch/trial_directory.h"
#include "tests/system/slurm_test.h"

#include <csignal>
#include <filesystem>

using namespace widthwise;

class TestAttemptEnds : public SlurmTest {
    Q_OBJECT

    std::unique_ptr<Launcher> m_any;
    QByteArray m_token;

    /// `program`: only those that have become that program. A process that is just becoming another one has
    /// no arguments.
    int daemons(const QByteArray& program = {}) const
    {
        int count = 0;
        std::error_code gone;
        for (std::filesystem::directory_iterator entry("/proc", gone), end; entry != end;
             entry.increment(gone)) {
            QFile arguments(QString::fromStdString((entry->path() / "cmdline").string()));
            const QList<QByteArray> words =
                arguments.open(QFile::ReadOnly) ? arguments.readAll().split('\0') : QList<QByteArray>();
            count += words.contains(m_token) && (program.isEmpty() || words.first() == program);
        }
        return count;
    }

    void makeLauncher(const QByteArray& place)
    {
        if (place == "sshd") {
            m_host = std::make_unique<Lossy>(std::make_unique<SshHost>(
                SshHost::Options{.name = "cluster", .configFile = m_cluster.sshConfig().toStdString()}));
            m_any = std::make_unique<ProcessLauncher>(*m_host);
            return;
        }
        if (place == "pilot")
            m_settings.submit = SlurmSettings::Submit::Pilot;
        m_any = std::make_unique<SlurmLauncher>(*m_host, m_settings);
    }

    bool hasEnded()
    {
        for (const LaunchEvent& event : m_any->poll(std::chrono::milliseconds(50))) {
            if (const auto* started = std::get_if<launch::Started>(&event))
                m_started[started->trial] = started->device;
            else if (const auto* exited = std::get_if<launch::Exited>(&event))
                m_exited[exited->trial] = exited->exit;
        }
        return m_exited.contains(0);
    }

private Q_SLOTS:
    void initTestCase() { startCluster({}); }
    void init()
    {
        prepare();
        m_token = "daemon-of-" + m_folder->path().section(QChar(u'/'), -1).toUtf8();
    }
    void cleanup()
    {
        if (m_any)
            m_any->release();
        m_any.reset();
    }

    void daemonsEndWithTheirAttempt_data()
    {
        QTest::addColumn<QByteArray>("place");
        QTest::addColumn<QByteArray>("end");
        for (const char* place : {"sshd", "array", "pilot"})
            for (const char* end : {"by itself", "when told", "when killed", "with its wrapper"})
                QTest::addRow("%s, %s", place, end) << QByteArray(place) << QByteArray(end);
    }
    void daemonsEndWithTheirAttempt()
    {
        QFETCH(QByteArray, place);
        QFETCH(QByteArray, end);
        makeLauncher(place);
        // One process that starts no others: a fork looks like its parent until it becomes another program.
        const std::string stay =
            "sh -c 'trap \"\" TERM HUP; exec tail -F \"$0\" 2>/dev/null' " + m_token.toStdString();
        m_any->start(request(0, "(setsid " + stay + " &); setsid " + stay +
                                    " & until [ -e go ]; do sleep 0.05; done"));
        QTRY_VERIFY_WITH_TIMEOUT(!hasEnded() && m_started.contains(0) && daemons("tail") == 2, 60'000);
        const auto status = parseTrialStatus(file(0, "status.json").toStdString());
        QVERIFY(status);
        if (end == "by itself")
            QVERIFY(QFile(m_folder->filePath(QStringLiteral("trials/0/go"))).open(QFile::WriteOnly));
        else if (end == "when told")
            m_any->requestStop(0);
        else if (end == "when killed")
            m_any->kill(0);
        else
            QCOMPARE(::kill(static_cast<pid_t>(status->wrapperPid), SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), 120'000);
        QCOMPARE(daemons(), 0);
    }
};

QTEST_GUILESS_MAIN(TestAttemptEnds)
#include "tst_attempt_ends.moc"
