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
        Desk desk;
        QVERIFY(desk.isActive());
        Login login(desk, "gn2-lr");
        auto trusted = login.ask(newHost);
        QTRY_VERIFY(desk.asks());
        QCOMPARE(desk.text("loginHeading"),
                 QStringLiteral("gn2-lr: juwels.fz-juelich.de was never seen before. It shows the key"));
        QCOMPARE(desk.text("loginKey"),
                 QStringLiteral("ssh-ed25519 SHA256:4EWj1SmhSGYTqcPG2ZFb2jnAFqB3t9oxTdCxXoVHBGY"));
        QVERIFY(!desk.edit().isVisible() && !desk.remember().isVisible());
        QVERIFY(desk.no().hasFocus()); // Enter alone trusts nobody
        QTest::mouseClick(&desk.yes(), Qt::LeftButton);
        QVERIFY(trusted.get());

        trusted = login.ask(newHost);
        QTRY_VERIFY(desk.asks());
        QTest::keyClick(&desk.no(), Qt::Key_Escape);
        QVERIFY(!trusted.get());
        QVERIFY(!desk.panel().isVisible());
    }

    void takesASecretAndForgetsIt()
    {
        Desk desk;
        Login login(desk, "gn2-lr");
        auto answer = login.ask(passphrase);
        QTRY_VERIFY(desk.asks());
        QCOMPARE(desk.text("loginHeading"), QStringLiteral("gn2-lr: log in as me@juwels.fz-juelich.de"));
        QCOMPARE(desk.text("loginPrompt"), QStringLiteral("Passphrase of /home/me/.ssh/id_ed25519"));
        QCOMPARE(desk.edit().accessibleName(), desk.text("loginPrompt"));
        QCOMPARE(desk.edit().echoMode(), QLineEdit::Password);
        QVERIFY(desk.edit().hasFocus());
        QVERIFY(!desk.yes().isEnabled());
        desk.type("open sesame");
        desk.enter();
        QCOMPARE(answer.get(), std::string("open sesame"));
        QVERIFY(desk.edit().text().isEmpty() && !desk.edit().isUndoAvailable());
        QCOMPARE(desk.text("loginHeading"), QStringLiteral("gn2-lr: logging in"));
        login.isIn();
        QTRY_VERIFY(!desk.panel().isVisible());
    }

    void asksAgainAndInRounds()
    {
        Desk desk;
        Login login(desk, "gn2-lr");
        auto answer = login.ask(code);
        QTRY_VERIFY(desk.asks());
        QCOMPARE(desk.text("loginText"), QStringLiteral("Two-factor authentication"));
        QCOMPARE(desk.text("loginPrompt"), QStringLiteral("Verification code:"));
        QVERIFY(desk.yes().isEnabled()); // an empty answer may be one
        desk.type("000000");
        desk.enter();
        QCOMPARE(answer.get(), std::string("000000"));

        SecretQuestion shown = again(code);
        shown.echo = true;
        answer = login.ask(shown);
        QTRY_VERIFY(desk.asks());
        QVERIFY(desk.text("loginText").startsWith(QStringLiteral("That was not right.")));
        QCOMPARE(desk.edit().echoMode(), QLineEdit::Normal);
        QVERIFY(desk.edit().text().isEmpty());
        desk.enter();
        QCOMPARE(answer.get(), std::string());
    }

    void callsOff()
    {
        Desk desk;
        Login login(desk, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(desk.asks());
        desk.type("half a pass");
        QTest::keyClick(&desk.edit(), Qt::Key_Escape);
        QCOMPARE(answer.get(), std::string("(called off)"));
        QVERIFY(!desk.panel().isVisible());
        QVERIFY(desk.edit().text().isEmpty());
    }

    void asksForOneAfterAnother()
    {
        Desk desk;
        Login first(desk, "gn2-lr");
        Login second(desk, "gn2-width");
        auto one = first.ask(password);
        QTRY_VERIFY(desk.asks());
        desk.type("half a ");
        auto two = second.ask(passphrase);
        QTRY_COMPARE(desk.text("loginMore"), QStringLiteral("1 more to answer"));
        QVERIFY(desk.text("loginHeading").startsWith(QStringLiteral("gn2-lr:")));
        QCOMPARE(desk.edit().text(), QStringLiteral("half a "));
        desk.type("password");
        desk.enter();
        QCOMPARE(one.get(), std::string("half a password"));
        QVERIFY(desk.text("loginHeading").startsWith(QStringLiteral("gn2-width:")));
        QCOMPARE(desk.text("loginMore"), QString());
        desk.type("open sesame");
        desk.enter();
        QCOMPARE(two.get(), std::string("open sesame"));
    }

    void forgetsTheQuestionsOfTheDead()
    {
        Desk desk;
        Login first(desk, "gn2-lr");
        Login second(desk, "gn2-width");
        auto one = first.ask(password);
        QTRY_VERIFY(desk.asks());
        auto two = second.ask(newHost);
        QTRY_COMPARE(desk.text("loginMore"), QStringLiteral("1 more to answer"));
        desk.type("half a pass");
        first.die();
        QCOMPARE(one.get(), std::string("(called off)"));
        QTRY_VERIFY(desk.text("loginHeading").startsWith(QStringLiteral("gn2-width:")));
        QVERIFY(desk.edit().text().isEmpty());
        second.die();
        QTRY_VERIFY(!desk.panel().isVisible());
    }

    void showsAServersWordsAsTheyStand()
    {
        Desk desk;
        Login login(desk, "gn2-lr");
        SecretQuestion odd = code;
        odd.prompt = "<b>\x1b[31mCode</b>: ";
        odd.instruction = "two\nlines\r\n";
        auto answer = login.ask(odd);
        QTRY_VERIFY(desk.asks());
        QCOMPARE(desk.text("loginPrompt"), QStringLiteral("<b>[31mCode</b>:"));
        QCOMPARE(desk.text("loginText"), QStringLiteral("two\nlines"));
        desk.enter();
        answer.get();
    }

    void takesNoKeysFromWhereAPersonTypes()
    {
        Desk desk;
        desk.other().setFocus();
        QTest::keyClicks(&desk.other(), QStringLiteral("warmup"));
        Login login(desk, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(desk.asks());
        QVERIFY(desk.other().hasFocus());
        QTest::keyClick(&desk.other(), Qt::Key_Escape);
        QVERIFY(desk.asks());
        login.die();
        answer.get();
    }

    void offersNoKeychainWhereThereIsNone()
    {
        Desk desk;
        Login login(desk, "gn2-lr");
        auto answer = login.ask(password);
        QTRY_VERIFY(desk.asks());
        QVERIFY(!desk.remember().isVisible());
        login.die();
        answer.get();
    }
};

WIDTHWISE_UI_TEST_MAIN(TestLoginPanel)
#include "tst_login_panel.moc"
