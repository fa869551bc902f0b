// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real Secret Service, gnome-keyring on a session bus of its own.
#include "tests/ui/ask/login_fixture.h"
#include "tests/ui/ui_test.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace widthwise;
using namespace widthwise::ui;
using namespace std::chrono_literals;

class TestKeychain : public UiTest {
    Q_OBJECT

    QTemporaryDir m_home;
    QProcess m_bus;
    QProcess m_keyring;

    /// What a person types where they are asked; empty where the keychain answered.
    static void answerOnce(Logins& logins, const char* words, bool remember)
    {
        QTRY_VERIFY(logins.asks());
        QVERIFY(logins.remember().isVisible());
        logins.remember().setChecked(remember);
        logins.type(words);
        logins.enter();
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void remembersWhatWasRight()
    {
        Logins logins;
        Login first(logins, "gn2-lr");
        auto answer = first.ask(passphrase);
        answerOnce(logins, "open sesame", true);
        QCOMPARE(answer.get(), std::string("open sesame"));
        letIn(logins, first);
        Login second(logins, "gn2-width");
        QCOMPARE(unasked(second, passphrase), std::string("open sesame"));
    }

    void keepsNothingUnasked()
    {
        Logins logins;
        Login first(logins, "gn2-lr");
        auto answer = first.ask(password);
        answerOnce(logins, "hidden", false);
        answer.get();
        letIn(logins, first);
        Login second(logins, "gn2-lr");
        answer = second.ask(password);
        answerOnce(logins, "hidden", false);
        QCOMPARE(answer.get(), std::string("hidden"));
    }

    void keepsNothingThatWasNeverRight()
    {
        Logins logins;
        {
            Login first(logins, "gn2-lr");
            auto answer = first.ask(password);
            answerOnce(logins, "wrong", true);
            answer.get();
        }
        Login second(logins, "gn2-lr");
        auto answer = second.ask(password);
        answerOnce(logins, "right", true);
        QCOMPARE(answer.get(), std::string("right"));
    }

    void forgetsWhatIsRightNoMore()
    {
        Logins logins;
        Login first(logins, "gn2-lr");
        QCOMPARE(unasked(first, passphrase), std::string("open sesame"));
        auto answer = first.ask(again(passphrase));
        answerOnce(logins, "new words", false);
        QCOMPARE(answer.get(), std::string("new words"));
        letIn(logins, first);
        Login second(logins, "gn2-lr");
        answer = second.ask(passphrase);
        QTRY_VERIFY(logins.asks()); // it is in the keychain no more
        second.die();
    }

    void neverRemembersACode()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        auto answer = login.ask(code);
        QTRY_VERIFY(logins.asks());
        QVERIFY(!logins.remember().isVisible());
        login.die();
    }

private:
    static void letIn(Logins& logins, Login& login)
    {
        login.isIn();
        QTRY_VERIFY(!logins.panel().isVisible());
    }
    /// What the keychain answers, while the desktop goes on.
    static std::string unasked(Login& login, const SecretQuestion& question)
    {
        auto answer = login.ask(question);
        const auto there = [&] { return answer.wait_for(0s) == std::future_status::ready; };
        if (!QTest::qWaitFor(there, 30'000))
            login.die();
        return answer.get();
    }
};

void TestKeychain::initTestCase()
{
#ifndef WIDTHWISE_KEYCHAIN
    QSKIP("built without QtKeychain (package qtkeychain-qt6-dev): the keychain is NOT tested");
#endif
    for (const char* program : {"dbus-daemon", "gnome-keyring-daemon"})
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty())
            QSKIP(qPrintable(QStringLiteral("%1 is missing (packages dbus and gnome-keyring): the keychain "
                                            "is NOT tested")
                                 .arg(QString::fromLatin1(program))));
    for (const char* variable : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, m_home.path().toLocal8Bit());
    m_bus.start(QStringLiteral("dbus-daemon"),
                {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    QVERIFY(m_bus.waitForReadyRead());
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
    m_keyring.start(
        QStringLiteral("gnome-keyring-daemon"),
        {QStringLiteral("--foreground"), QStringLiteral("--unlock"), QStringLiteral("--components=secrets")});
    QVERIFY(m_keyring.waitForStarted());
    m_keyring.write("the keyring's own\n");
    m_keyring.closeWriteChannel();
    QTRY_VERIFY_WITH_TIMEOUT(QDBusConnection::sessionBus().interface()->isServiceRegistered(
                                 QStringLiteral("org.freedesktop.secrets")),
                             30'000);
}

void TestKeychain::cleanupTestCase()
{
    for (QProcess* daemon : {&m_keyring, &m_bus}) {
        daemon->terminate();
        daemon->waitForFinished();
    }
}

WIDTHWISE_UI_TEST_MAIN(TestKeychain)
#include "tst_keychain.moc"
