// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong between this machine and a real sshd, as a caller of SshHost sees it.
#include "core/host/ssh/ssh_host.h"
#include "tests/system/test_cluster.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>

#include <csignal>
#include <thread>

using namespace widthwise;
using namespace std::chrono_literals;

class TestSshFaults : public QObject {
    Q_OBJECT

    TestCluster m_cluster;

    SshHost::Options options(const std::string& name) const
    {
        return {.name = name, .configFile = m_cluster.sshConfig().toStdString(), .timeout = 2s};
    }
    static std::string complaintOf(SshHost& host, const std::string& command = "true")
    {
        try {
            host.run(command, 20s);
        } catch (const HostError& error) {
            return error.what();
        }
        return {};
    }
    static bool works(SshHost& host) { return complaintOf(host).empty(); }
    /// The sshd process that serves this session.
    static int serverOf(SshHost& host) { return std::atoi(host.run("echo $PPID", 10s).output.c_str()); }

private Q_SLOTS:
    void initTestCase()
    {
        const TestCluster::Options alone{.nodes = 0};
        if (const QString missing = TestCluster::missing(alone); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start(alone);
    }

    void sessionKilled()
    {
        SshHost host(options("cluster"));
        const int server = serverOf(host);
        std::thread killer([&] {
            std::this_thread::sleep_for(300ms);
            kill(server, SIGKILL);
        });
        QElapsedTimer watch;
        watch.start();
        const std::string complaint = complaintOf(host, "sleep 30");
        killer.join();
        QVERIFY2(complaint.starts_with("the link to 127.0.0.1 is lost"), complaint.c_str());
        QVERIFY(watch.elapsed() < 5000);
        QCOMPARE(host.status().state, LinkStatus::State::Lost);
        QTRY_VERIFY_WITH_TIMEOUT(works(host), 10'000);
        QCOMPARE(host.status().state, LinkStatus::State::Connected);
    }

    /// However early the link breaks, that is no exit code of the command.
    void sessionKilledByItsCommand()
    {
        SshHost host(options("cluster"));
        for (int time = 0; time < 5; ++time) {
            QTRY_VERIFY_WITH_TIMEOUT(works(host), 10'000);
            QVERIFY(!complaintOf(host, "kill -9 $PPID; sleep 5").empty());
        }
    }

    void sessionKilledWhileIdle()
    {
        SshHost host(options("cluster"));
        kill(serverOf(host), SIGKILL);
        QTRY_COMPARE(host.status().state, LinkStatus::State::Lost);
        QTRY_VERIFY_WITH_TIMEOUT(works(host), 10'000);
    }

    void listenerGoneAndBack()
    {
        SshHost host(options("cluster"));
        const int server = serverOf(host);
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd")).exitCode, 0);
        QVERIFY(works(host)); // what is connected stays so
        kill(server, SIGKILL);
        QTRY_COMPARE(host.status().state, LinkStatus::State::Lost);
        QTRY_VERIFY2(complaintOf(host).find("Connection refused") != std::string::npos,
                     complaintOf(host).c_str());
        QElapsedTimer watch;
        watch.start();
        QVERIFY(!works(host)); // between two attempts the answer is there at once
        QVERIFY(watch.elapsed() < 1000);
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("sshd")).exitCode, 0);
        QTRY_VERIFY_WITH_TIMEOUT(works(host), 20'000);
    }

    void serverFrozen()
    {
        SshHost host(options("cluster"));
        const int server = serverOf(host);
        kill(server, SIGSTOP);
        QElapsedTimer watch;
        watch.start();
        const std::string complaint = complaintOf(host);
        kill(server, SIGCONT);
        QVERIFY2(complaint.find("has not answered for") != std::string::npos, complaint.c_str());
        QVERIFY(watch.elapsed() < 15'000);
        QTRY_VERIFY_WITH_TIMEOUT(works(host), 10'000);
    }

    void longSilenceOfACommandIsNoFault()
    {
        SshHost host(options("cluster"));
        QCOMPARE(host.run("sleep 6; echo done", 20s).output, std::string("done\n"));
    }

    void silentServer()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        SshHost host({.name = "ssh://127.0.0.1:" + std::to_string(silent.serverPort()),
                      .configFile = m_cluster.sshConfig().toStdString(),
                      .timeout = 1s});
        QElapsedTimer watch;
        watch.start();
        QVERIFY(!complaintOf(host).empty());
        QVERIFY(watch.elapsed() < 10'000);
    }

    void fewSessionsAllowed()
    {
        m_cluster.addSshd(QStringLiteral("few"), {QStringLiteral("MaxSessions 2")}, {m_cluster.identity()});
        SshHost host(options("few"));
        std::vector<std::thread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] { right += complaintOf(host, "sleep 0.3").empty(); });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(right.load(), 8);
    }

    /// What a login shell's files print is no part of any answer.
    void talkativeLogin()
    {
        m_cluster.addSshd(QStringLiteral("talkative"),
                          {QStringLiteral("ForceCommand echo welcome; echo maintenance on Monday >&2; "
                                          "eval \"$SSH_ORIGINAL_COMMAND\"")},
                          {m_cluster.identity()});
        SshHost host(options("talkative"));
        for (int time = 0; time < 3; ++time) {
            const CommandResult result = host.run("cat; echo no >&2; exit 3", 20s, "input");
            QCOMPARE(result.output, std::string("input"));
            QCOMPARE(result.errors, std::string("no\n"));
            QCOMPARE(result.exitCode, 3);
        }
    }

    void noShell()
    {
        m_cluster.addSshd(QStringLiteral("shut"),
                          {QStringLiteral("ForceCommand echo This account is closed.; exit 1")},
                          {m_cluster.identity()});
        SshHost host(options("shut"));
        for (int time = 0; time < 2; ++time) {
            const CommandResult result = host.run("true", 20s);
            QCOMPARE(result.exitCode, 1);
            QCOMPARE(result.errors, std::string("This account is closed.\n"));
        }
    }

    void waitingShellKilled()
    {
        SshHost host(options("cluster"));
        const std::string server = std::to_string(serverOf(host));
        for (int time = 0; time < 3; ++time) {
            QThread::msleep(200);
            host.run("for p in $(cat /proc/" + server + "/task/" + server +
                         "/children); do [ $p = $$ ] || kill -9 $p; done",
                     20s);
            QThread::msleep(200);
            QCOMPARE(host.run("echo $PPID", 20s).output, server + '\n');
        }
    }

    void unknownName()
    {
        SshHost host(options("no-such-host.invalid"));
        QVERIFY(complaintOf(host).find("no-such-host.invalid") != std::string::npos);
    }

    void fullDisk()
    {
        SshHost host(options("cluster"));
        try {
            host.writeFile("/dev/full/x", "x");
            QFAIL("written");
        } catch (const HostError& error) {
            QVERIFY(std::string(error.what()).find("/dev/full/x") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestSshFaults)
#include "tst_ssh_faults.moc"
