// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/login_message.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;
using Kind = SecretQuestion::Kind;

class TestLoginMessage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goesOverAsOneLine_data()
    {
        QTest::addColumn<LoginMessage>("message");
        QTest::newRow("host key") << LoginMessage(
            HostKeyQuestion{"[login.site]:2222", "ssh-ed25519", "SHA256:abc/def+ghi"});
        QTest::newRow("passphrase") << LoginMessage(SecretQuestion{
            Kind::Passphrase, "me@login.site", "/home/me/.ssh/id \"of\" the site", {}, false, true});
        QTest::newRow("password") << LoginMessage(
            SecretQuestion{Kind::Password, "me@login.site", "Password", {}, false, false});
        QTest::newRow("code") << LoginMessage(SecretQuestion{Kind::KeyboardInteractive, "me@login.site",
                                                             "Code: ", "Two factors.\nβ", true, false});
        QTest::newRow("in") << LoginMessage(LoggedIn{"juwels"});
    }
    void goesOverAsOneLine()
    {
        QFETCH(LoginMessage, message);
        const std::string line = loginLine(message);
        QCOMPARE(line.find('\n'), line.size() - 1);
        QVERIFY(readLoginLine(line) == message);
    }

    void toleratesWordsInAnotherEncoding()
    {
        const SecretQuestion question{
            Kind::KeyboardInteractive, "me@site", "Schl\xfcssel: ", {}, false, false};
        const auto read = std::get<SecretQuestion>(readLoginLine(loginLine(question)));
        QCOMPARE(read.prompt, std::string("Schl\xef\xbf\xbdssel: "));
    }

    void bringsTheAnswerBack()
    {
        for (const LoginAnswer& answer :
             {LoginAnswer("open \"sesame\"\\\n\xce\xb2"), LoginAnswer(""), LoginAnswer()}) {
            const std::string line = answerLine(answer);
            QCOMPARE(line.find('\n'), line.size() - 1);
            QVERIFY(readAnswerLine(line) == answer);
        }
    }

    void refusesOtherLinesWithoutRepeatingThem_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char* line :
             {"", "sesame", "{\"answer\": sesame}", "{\"answer\": 7}", "{\"sesame\": null}",
              "{\"ask\": \"sesame\"}", "{\"ask\": \"password\", \"host\": \"sesame\"}", "[]"})
            QTest::newRow(line) << QByteArray(line);
    }
    void refusesOtherLinesWithoutRepeatingThem()
    {
        QFETCH(QByteArray, line);
        const auto refusal = [&](auto read) -> std::string {
            try {
                read(line.toStdString());
            } catch (const std::invalid_argument& error) {
                return error.what();
            }
            return "";
        };
        for (const std::string& text : {refusal(readLoginLine), refusal(readAnswerLine)}) {
            QVERIFY(!text.empty());
            QVERIFY2(text.find("sesame") == std::string::npos, text.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestLoginMessage)
#include "tst_login_message.moc"
