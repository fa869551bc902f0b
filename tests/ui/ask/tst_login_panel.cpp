// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ask/login_fixture.h"
#include "tests/ui/ui_test.h"

using namespace widthwise;
using namespace widthwise::ui;

class TestLoginPanel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void showsTheKeyOfANewHost()
    {
        Logins logins;
        QVERIFY(logins.isActive());
        Login login(logins, "gn2-lr");
        auto trusted = login.ask(newHost);
        QTRY_VERIFY(logins.asks());
        QCOMPARE(logins.text("loginHeading"),
                 QStringLiteral("gn2-lr: juwels.fz-juelich.de was never seen before. It shows the key"));
        QCOMPARE(logins.text("loginKey"),
                 QStringLiteral("ssh-ed25519 SHA256:4EWj1SmhSGYTqcPG2ZFb2jnAFqB3t9oxTdCxXoVHBGY"));
        QVERIFY(!logins.edit().isVisible() && !logins.remember().isVisible());
        QVERIFY(logins.no().hasFocus()); // Enter alone trusts nobody
        QTest::mouseClick(&logins.yes(), Qt::LeftButton);
        QVERIFY(trusted.get());

        trusted = login.ask(newHost);
        QTRY_VERIFY(logins.asks());
        QTest::keyClick(&logins.no(), Qt::Key_Escape);
        QVERIFY(!trusted.get());
        QVERIFY(!logins.panel().isVisible());
    }

    void takesASecretAndForgetsIt()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        auto answer = login.ask(passphrase);
        QTRY_VERIFY(logins.asks());
        QCOMPARE(logins.text("loginHeading"), QStringLiteral("gn2-lr: log in as me@juwels.fz-juelich.de"));
        QCOMPARE(logins.text("loginPrompt"), QStringLiteral("Passphrase of /home/me/.ssh/id_ed25519"));
        QCOMPARE(logins.edit().accessibleName(), logins.text("loginPrompt"));
        QCOMPARE(logins.edit().echoMode(), QLineEdit::Password);
        QVERIFY(logins.edit().hasFocus());
        QVERIFY(!logins.yes().isEnabled());
        logins.type("open sesame");
        logins.enter();
        QCOMPARE(answer.get(), std::string("open sesame"));
        QVERIFY(logins.edit().text().isEmpty() && !logins.edit().isUndoAvailable());
        QCOMPARE(logins.text("loginHeading"), QStringLiteral("gn2-lr: logging in"));
        login.isIn();
        QTRY_VERIFY(!logins.panel().isVisible());
    }

    void asksAgainAndInRounds()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        auto answer = login.ask(code);
        QTRY_VERIFY(logins.asks());
        QCOMPARE(logins.text("loginText"), QStringLiteral("Two-factor authentication"));
        QCOMPARE(logins.text("loginPrompt"), QStringLiteral("Verification code:"));
        QVERIFY(logins.yes().isEnabled()); // an empty answer may be one
        logins.type("000000");
        logins.enter();
        QCOMPARE(answer.get(), std::string("000000"));

        SecretQuestion shown = again(code);
        shown.echo = true;
        answer = login.ask(shown);
        QTRY_VERIFY(logins.asks());
        QVERIFY(logins.text("loginText").startsWith(QStringLiteral("That was not right.")));
        QCOMPARE(logins.edit().echoMode(), QLineEdit::Normal);
        QVERIFY(logins.edit().text().isEmpty());
        logins.enter();
        QCOMPARE(answer.get(), std::string());
    }

    void callsOff()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(logins.asks());
        logins.type("half a pass");
        QTest::keyClick(&logins.edit(), Qt::Key_Escape);
        QCOMPARE(answer.get(), std::string("(called off)"));
        QVERIFY(!logins.panel().isVisible());
        QVERIFY(logins.edit().text().isEmpty());
    }

    void asksForOneAfterAnother()
    {
        Logins logins;
        Login first(logins, "gn2-lr");
        Login second(logins, "gn2-width");
        auto one = first.ask(password);
        QTRY_VERIFY(logins.asks());
        logins.type("half a ");
        auto two = second.ask(passphrase);
        QTRY_COMPARE(logins.text("loginMore"), QStringLiteral("1 more to answer"));
        QVERIFY(logins.text("loginHeading").startsWith(QStringLiteral("gn2-lr:")));
        QCOMPARE(logins.edit().text(), QStringLiteral("half a "));
        logins.type("password");
        logins.enter();
        QCOMPARE(one.get(), std::string("half a password"));
        QVERIFY(logins.text("loginHeading").startsWith(QStringLiteral("gn2-width:")));
        QCOMPARE(logins.text("loginMore"), QString());
        logins.type("open sesame");
        logins.enter();
        QCOMPARE(two.get(), std::string("open sesame"));
    }

    void forgetsTheQuestionsOfTheDead()
    {
        Logins logins;
        Login first(logins, "gn2-lr");
        Login second(logins, "gn2-width");
        auto one = first.ask(password);
        QTRY_VERIFY(logins.asks());
        auto two = second.ask(newHost);
        QTRY_COMPARE(logins.text("loginMore"), QStringLiteral("1 more to answer"));
        logins.type("half a pass");
        first.die();
        QCOMPARE(one.get(), std::string("(called off)"));
        QTRY_VERIFY(logins.text("loginHeading").startsWith(QStringLiteral("gn2-width:")));
        QVERIFY(logins.edit().text().isEmpty());
        second.die();
        QTRY_VERIFY(!logins.panel().isVisible());
    }

    void showsAServersWordsAsTheyStand()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        SecretQuestion odd = code;
        odd.prompt = "<b>\x1b[31mCode</b>: ";
        odd.instruction = "two\nlines\r\n";
        auto answer = login.ask(odd);
        QTRY_VERIFY(logins.asks());
        QCOMPARE(logins.text("loginPrompt"), QStringLiteral("<b>[31mCode</b>:"));
        QCOMPARE(logins.text("loginText"), QStringLiteral("two\nlines"));
        logins.enter();
        answer.get();
    }

    void takesNoKeysFromWhereAPersonTypes()
    {
        Logins logins;
        logins.other().setFocus();
        QTest::keyClicks(&logins.other(), QStringLiteral("warmup"));
        Login login(logins, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(logins.asks());
        QVERIFY(logins.other().hasFocus());
        QTest::keyClick(&logins.other(), Qt::Key_Escape);
        QVERIFY(logins.asks());
        login.die();
        answer.get();
    }

    void offersNoKeychainWhereThereIsNone()
    {
        Logins logins;
        Login login(logins, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(logins.asks());
        QVERIFY(!logins.remember().isVisible());
        login.die();
        answer.get();
    }
};

WIDTHWISE_UI_TEST_MAIN(TestLoginPanel)
#include "tst_login_panel.moc"
