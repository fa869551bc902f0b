// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/exit_reason.h"

#include <QTest>

using namespace widthwise;

class TestExitReason : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheLastLineThatSaysSomething_data()
    {
        QTest::addColumn<std::string>("output");
        QTest::addColumn<std::string>("line");
        QTest::newRow("plain") << std::string("a\nValueError: no jets\n")
                               << std::string("ValueError: no jets");
        QTest::newRow("blank lines") << std::string("a\n  b\n\n \t\n") << std::string("b");
        QTest::newRow("no newline") << std::string("a\nb") << std::string("b");
        QTest::newRow("colours") << std::string("\x1b[1;31merror\x1b[0m: x\n\x1b[0m\n")
                                 << std::string("error: x");
        QTest::newRow("progress bar") << std::string("10 %\r20 %\r30 %\r") << std::string("30 %");
        QTest::newRow("empty") << std::string() << std::string();
        QTest::newRow("control characters") << std::string("a\x07\x08"
                                                           "b\n")
                                            << std::string("ab");
    }

    void findsTheLastLineThatSaysSomething()
    {
        QFETCH(std::string, output);
        QFETCH(std::string, line);
        QCOMPARE(lastLine(output), line);
    }

    void cutsBetweenCharacters()
    {
        std::string text;
        for (int i = 0; i < 200; ++i)
            text += "μ";
        const std::string cut = lastLine("x" + text);
        QVERIFY(cut.size() < 310);
        QCOMPARE(QString::fromStdString(cut).count(QChar(QChar::ReplacementCharacter)), 0);
        QVERIFY(cut.ends_with("…"));
    }

    void saysHowAProgramEnded()
    {
        QCOMPARE(exitReason(3, "cannot open jets.h5\n"), "cannot open jets.h5 (ended with exit code 3)");
        QCOMPARE(exitReason(1, ""), "ended with exit code 1 and no output");
        QVERIFY(exitReason(137, "").starts_with("ended by signal 9 (killed; often because memory ran out)"));
        QVERIFY(exitReason(139, "").starts_with("ended by signal 11 (Segmentation fault)"));
    }
};

QTEST_APPLESS_MAIN(TestExitReason)
#include "tst_exit_reason.moc"
