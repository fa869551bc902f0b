// SPDX-License-Identifier: GPL-3.0-or-later
// Who may not log in to a cluster, or not any more, while an experiment is driven over SSH: the driver says
// what is the matter and what to do, and nothing that a person typed is written anywhere.
#include "tests/system/cluster_experiment.h"
#include "tests/system/sshd_sessions.h"

#include <QProcess>
#include <QTest>

using namespace widthwise;

namespace {

const QString password = QStringLiteral("open-sesame-7391");
const QString code = QStringLiteral("804417");

/// A command at a terminal with a person before it.
class Terminal {
public:
    explicit Terminal(const QString& command)
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral("script"),
                        {QStringLiteral("-qefc"), command, QStringLiteral("/dev/null")});
    }
    ~Terminal()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    /// Types a line once the terminal shows `prompt`; false where it never does.
    bool answer(const QString& prompt, const QString& line)
    {
        const bool asked = shows(prompt);
        m_shown.clear();
        m_process.write(line.toUtf8() + '\n');
        return asked;
    }
    bool shows(const QString& text)
    {
        constexpr int patience = 60'000;
        return QTest::qWaitFor([&] { return (m_shown += m_process.readAll()).contains(text.toUtf8()); },
                               patience);
    }
    QByteArray shown() const { return m_shown; }
    void interrupt() { m_process.write("\x03"); }
    bool ends()
    {
        constexpr int patience = 180'000;
        return QTest::qWaitFor([&] { return m_process.state() == QProcess::NotRunning; }, patience);
    }

private:
    QProcess m_process;
    QByteArray m_shown;
};

} // namespace

class TestClusterLogin : public QObject {
    Q_OBJECT

    static constexpr int patience = 180'000;

    TestCluster m_cluster;

    static QString resume(const ClusterExperiment& experiment)
    {
        return QStringLiteral(WIDTHWISECTL " resume faulty --store ") + experiment.storeFile();
    }
    /// The driver ends and says why; the experiment is as it was.
    static void verifyRefused(ClusterExperiment& experiment, const QStringList& complaints)
    {
        QVERIFY(experiment.ends(patience));
        QVERIFY(experiment.exitCode() != 0);
        for (const QString& complaint : complaints)
            QVERIFY2(experiment.log().contains(complaint), qPrintable(experiment.log()));
        QCOMPARE(experiment.record().state, ExperimentState::Ready);
        QVERIFY(experiment.trials().empty());
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start({.nodes = 1});
        m_cluster.setSecrets(password, code);
        m_cluster.addSshd(QStringLiteral("two"),
                          {QStringLiteral("UsePAM yes"), QStringLiteral("KbdInteractiveAuthentication yes"),
                           QStringLiteral("AuthenticationMethods publickey,keyboard-interactive")},
                          {m_cluster.identity()});
    }

    void unknownKey()
    {
        m_cluster.addSshd(QStringLiteral("unknown"), {},
                          {m_cluster.identity(), QStringLiteral("UserKnownHostsFile /dev/null")});
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("unknown")});
        experiment.drive();
        verifyRefused(experiment, {QStringLiteral("was never seen before"), QStringLiteral("SHA256:")});
    }

    void changedKey()
    {
        const QString known = m_cluster.folder() + QStringLiteral("/ssh/known_before");
        m_cluster.addSshd(QStringLiteral("changed"), {},
                          {m_cluster.identity(), QStringLiteral("UserKnownHostsFile ") + known});
        // The user's key stands for the one that the host had before.
        m_cluster.shell(QStringLiteral("cd %1/ssh && echo \"$(tail -n 1 known_hosts | cut -d' ' -f1) "
                                       "$(cut -d' ' -f1,2 id.pub)\" >%2")
                            .arg(m_cluster.folder(), known));
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("changed")});
        experiment.drive();
        verifyRefused(experiment, {QStringLiteral("is not the one that is known"), QStringLiteral("SHA256:"),
                                   QStringLiteral("ssh-keygen -f")});
    }

    void nobodyToAsk()
    {
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("two")});
        experiment.drive();
        verifyRefused(experiment, {QStringLiteral("only a person can answer")});
    }

    void wrongPassword()
    {
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("two")});
        Terminal terminal(resume(experiment));
        for (int time = 0; time < 3 * 2; ++time) // both questions, as which one was wrong is not told
            QVERIFY(terminal.answer(QStringLiteral("assword: "), QStringLiteral("wrong")));
        QVERIFY2(terminal.shows(QStringLiteral("refuses the login")), terminal.shown().constData());
        QVERIFY(terminal.ends());
        QCOMPARE(experiment.record().state, ExperimentState::Ready);
    }

    /// The link is lost, and only a person could take it up again.
    void expiredSecondFactor()
    {
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("two")});
        {
            Terminal terminal(resume(experiment));
            QVERIFY(terminal.answer(QStringLiteral("assword: "), password));
            QVERIFY(terminal.answer(QStringLiteral("assword: "), code));
            QTRY_VERIFY_WITH_TIMEOUT(experiment.isHalfway(), patience);
            killSessions(m_cluster, QStringLiteral("sshd.two"));
            QTRY_VERIFY2_WITH_TIMEOUT(
                experiment.notice().contains(QStringLiteral("only a person can answer")),
                qPrintable(experiment.notice()), patience);
            terminal.interrupt();
            QVERIFY(terminal.ends());
        }
        QCOMPARE(experiment.count(TrialState::Running), 3U);
        experiment.letGo();
        Terminal terminal(resume(experiment));
        QVERIFY(terminal.answer(QStringLiteral("assword: "), password));
        QVERIFY(terminal.answer(QStringLiteral("assword: "), code));
        QVERIFY(terminal.ends());
        QCOMPARE(experiment.count(TrialState::Completed), 3U);
        for (const Trial& trial : experiment.trials())
            QCOMPARE(trial.attempt, 1);
        experiment.verify();
        const auto found = m_cluster.shell(QStringLiteral("grep -r -l -e %1 -e %2 %3 %4 | grep -v /etc/")
                                               .arg(password, code, experiment.folder(), m_cluster.folder()));
        QCOMPARE(found.output, QString());
    }
};

QTEST_GUILESS_MAIN(TestClusterLogin)
#include "tst_cluster_login.moc"
