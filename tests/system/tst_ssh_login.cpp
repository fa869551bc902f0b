// SPDX-License-Identifier: GPL-3.0-or-later
// Every way into a real sshd: keys, passphrases, certificates, agent, passwords, second factors, jumps.
#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// Answers from a list, in order, and remembers what was asked.
class Person : public SshPrompter {
public:
    explicit Person(std::vector<std::string> answers) : m_answers(std::move(answers)) {}
    bool acceptHostKey(const HostKeyQuestion&) override { return false; }
    std::optional<std::string> secret(const SecretQuestion& question) override
    {
        asked.push_back(question);
        return asked.size() <= m_answers.size() ? std::optional(m_answers[asked.size() - 1]) : std::nullopt;
    }

    std::vector<SecretQuestion> asked;

private:
    std::vector<std::string> m_answers;
};

} // namespace

class TestSshLogin : public QObject {
    Q_OBJECT

    TestCluster m_cluster;

    QString folder() const { return m_cluster.folder(); }
    SshHost::Options options(const std::string& name) const
    {
        return {.name = name, .configFile = m_cluster.sshConfig().toStdString(), .timeout = 10s};
    }
    void shell(const QString& command)
    {
        LocalHost local;
        const CommandResult result =
            local.run("cd " + folder().toStdString() + "/ssh && " + command.toStdString(), 20s);
        QVERIFY2(result.exitCode == 0, result.errors.c_str());
    }
    static void verifyIn(SshHost& host) { QCOMPARE(host.run("echo in", 10s).output, std::string("in\n")); }
    std::string refusal(const std::string& name, Person* person = nullptr)
    {
        SshHost host(options(name));
        try {
            if (person)
                host.connect(*person);
            host.run("true", 10s);
        } catch (const HostError& error) {
            return error.what();
        }
        return "was let in";
    }

private Q_SLOTS:
    void initTestCase()
    {
        const TestCluster::Options alone{.nodes = 0};
        if (const QString missing = TestCluster::missing(alone); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start(alone);
    }

    void opensAnEncryptedKeyOnce()
    {
        shell(QStringLiteral(
            "ssh-keygen -q -t rsa -b 2048 -N 'open sesame' -f locked && cat locked.pub >>authorized_keys"));
        m_cluster.addSshd(QStringLiteral("locked"), {},
                          {QStringLiteral("IdentityFile %1/ssh/locked").arg(folder())});
        QVERIFY(refusal("locked").find("only a person") != std::string::npos);

        SshHost host(options("locked"));
        Person person({"wrong", "open sesame"});
        host.connect(person);
        QCOMPARE(person.asked.size(), 2U);
        QCOMPARE(person.asked[0].kind, SecretQuestion::Kind::Passphrase);
        QVERIFY(person.asked[1].again);
        verifyIn(host);
        host.writeFile(folder().toStdString() + "/big", std::string(1'000'000, 'x'));
        QCOMPARE(person.asked.size(), 2U); // the second connection asked nobody
    }

    void neverAsksForAKeyThatIsNotWanted()
    {
        shell(QStringLiteral("ssh-keygen -q -t ed25519 -N 'open sesame' -f unwanted"));
        m_cluster.addSshd(QStringLiteral("unwanted"), {},
                          {QStringLiteral("IdentityFile %1/ssh/unwanted").arg(folder())});
        Person person({});
        const std::string text = refusal("unwanted", &person);
        QCOMPARE(person.asked.size(), 0U);
        QVERIFY2(text.find("refuses the login") != std::string::npos, text.c_str());
        QVERIFY2(text.find("ssh/unwanted") != std::string::npos, text.c_str());
    }

    void showsACertificate()
    {
        shell(QStringLiteral(
            "ssh-keygen -q -t ed25519 -N '' -f ca && ssh-keygen -q -t ecdsa -N '' -f certified && "
            "ssh-keygen -q -s ca -I test -n $(id -un) certified.pub"));
        m_cluster.addSshd(QStringLiteral("certified"),
                          {QStringLiteral("AuthorizedKeysFile none"),
                           QStringLiteral("TrustedUserCAKeys %1/ssh/ca.pub").arg(folder())},
                          {QStringLiteral("IdentityFile %1/ssh/certified").arg(folder())});
        SshHost host(options("certified"));
        verifyIn(host);
    }

    void asksTheAgent()
    {
        shell(QStringLiteral(
            "ssh-keygen -q -t ed25519 -N '' -f held && cat held.pub >>authorized_keys && "
            "eval $(ssh-agent -a $PWD/agent) >/dev/null && SSH_AUTH_SOCK=$PWD/agent ssh-add -q held && "
            "echo $SSH_AGENT_PID >agent.pid && rm held"));
        m_cluster.addSshd(QStringLiteral("agent"), {},
                          {QStringLiteral("IdentityAgent %1/ssh/agent").arg(folder()),
                           QStringLiteral("IdentityFile none")});
        {
            SshHost host(options("agent"));
            verifyIn(host);
        }
        shell(QStringLiteral("kill $(cat agent.pid)"));
    }

    void answersASecondFactor()
    {
        m_cluster.setSecrets(QStringLiteral("secret"), QStringLiteral("123456"));
        m_cluster.addSshd(QStringLiteral("two"),
                          {QStringLiteral("UsePAM yes"), QStringLiteral("KbdInteractiveAuthentication yes"),
                           QStringLiteral("AuthenticationMethods publickey,keyboard-interactive")},
                          {m_cluster.identity()});
        SshHost host(options("two"));
        Person person({"secret", "123456"});
        host.connect(person);
        QCOMPARE(person.asked.size(), 2U);
        QCOMPARE(person.asked[0].kind, SecretQuestion::Kind::KeyboardInteractive);
        QVERIFY(!person.asked[0].echo);
        verifyIn(host);
        const std::string big = folder().toStdString() + "/big";
        host.writeFile(big, std::string(1'000'000, 'x')); // for which nobody is asked a second time
        QCOMPARE(QFileInfo(QString::fromStdString(big)).size(), 1'000'000);
        QCOMPARE(person.asked.size(), 2U);

        Person wrong({"secret", "000000"});
        const std::string text = refusal("two", &wrong);
        QVERIFY2(text.find("server's questions") != std::string::npos ||
                     text.find("ended the connection") != std::string::npos,
                 text.c_str());
        QVERIFY(refusal("two").find("only a person") != std::string::npos);
    }

    void neverAsksAgainByItself()
    {
        SshHost host(options("two"));
        Person person({"secret", "123456"});
        host.connect(person);
        QVERIFY_THROWS_EXCEPTION(HostError, host.run("kill -9 $PPID; sleep 5", 10s));
        QTRY_COMPARE_WITH_TIMEOUT(([&] {
                                      try {
                                          host.run("true", 5s);
                                      } catch (const HostError&) {
                                      }
                                      return host.status().state;
                                  }()),
                                  LinkStatus::State::NeedsPerson, 10'000);
        QCOMPARE(person.asked.size(), 2U);
        Person back({"secret", "123456"});
        host.connect(back);
        verifyIn(host);
    }

    void takesAPassword()
    {
        m_cluster.setSecrets(QStringLiteral("secret"), QStringLiteral("secret"));
        m_cluster.addSshd(QStringLiteral("password"),
                          {QStringLiteral("UsePAM yes"), QStringLiteral("PasswordAuthentication yes"),
                           QStringLiteral("AuthenticationMethods password")},
                          {QStringLiteral("IdentityFile none")});
        SshHost host(options("password"));
        Person person({"wrong", "secret"});
        host.connect(person);
        QCOMPARE(person.asked.size(), 2U);
        verifyIn(host);
        // A lost link is taken up again with the password that was right.
        QVERIFY_THROWS_EXCEPTION(HostError, host.run("kill -9 $PPID; sleep 5", 10s));
        QTRY_VERIFY_WITH_TIMEOUT(([&] {
                                     try {
                                         return host.run("true", 5s).exitCode == 0;
                                     } catch (const HostError&) {
                                         return false;
                                     }
                                 }()),
                                 10'000);
        QCOMPARE(person.asked.size(), 2U);
    }

    void goesThroughJumps()
    {
        m_cluster.addSshd(QStringLiteral("gate"), {}, {m_cluster.identity()});
        m_cluster.addSshd(QStringLiteral("second"), {},
                          {m_cluster.identity(), QStringLiteral("ProxyJump gate")});
        m_cluster.addSshd(QStringLiteral("inner"), {},
                          {m_cluster.identity(), QStringLiteral("ProxyJump gate,second")});
        SshHost host(options("inner"));
        verifyIn(host);
        const std::string bytes(20'000'000, 'x');
        QVERIFY(host.run("cat", 60s, bytes).output == bytes);
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd.gate")).exitCode, 0);
        QVERIFY(refusal("inner").find("cannot reach") != std::string::npos);
    }

    void readsOpenSshsConfiguration()
    {
        LocalHost local;
        const SshTarget target = resolveSshTarget(local, "inner", m_cluster.sshConfig().toStdString());
        QCOMPARE(target.hops.size(), 3U);
        QCOMPARE(target.hops[0].name, std::string("gate"));
        QCOMPARE(target.hops[1].name, std::string("second"));
        QCOMPARE(target.host().host, std::string("127.0.0.1"));
        QVERIFY(target.host().port != 22);
        QVERIFY_THROWS_EXCEPTION(HostError, resolveSshTarget(local, "-oProxyCommand=x", "/none"));
    }
};

QTEST_GUILESS_MAIN(TestSshLogin)
#include "tst_ssh_login.moc"
