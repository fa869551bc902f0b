// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/local_host.h"
#include "core/host/shell.h"

#include <QTest>

using namespace widthwise;

class TestShell : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesPlainWordsAlone()
    {
        QCOMPARE(shellQuoted("/home/me/a-b_c.1,2:3@4%"), "/home/me/a-b_c.1,2:3@4%");
    }

    void givesBackEveryTextThroughARealShell_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("empty") << std::string();
        QTest::newRow("space") << std::string("a b");
        QTest::newRow("quote") << std::string("it's 'so'");
        QTest::newRow("dollar") << std::string("$HOME `id` $(id)");
        QTest::newRow("newline") << std::string("a\nb\\n\"c\"");
        QTest::newRow("tilde") << std::string("~/x*?[a]{b,c};&|<>#!=");
        QTest::newRow("utf8") << std::string("μP ✓");
        QTest::newRow("option") << std::string("-n");
    }

    void givesBackEveryTextThroughARealShell()
    {
        QFETCH(std::string, text);
        LocalHost host;
        const CommandResult result = host.run("printf '[%s]' " + shellQuoted(text), std::chrono::seconds(10));
        QCOMPARE(result.output, "[" + text + "]");
    }
};

QTEST_APPLESS_MAIN(TestShell)
#include "tst_shell.moc"
