// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/name_rule.h"

#include <QTest>

using namespace widthwise;

class TestNameRule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("ofExperiment");
        QTest::addColumn<bool>("ofParameter");
        const auto row = [](const char* what, const QByteArray& name, bool ofExperiment, bool ofParameter) {
            QTest::newRow(what) << name << ofExperiment << ofParameter;
        };
        row("plain", "gn2-lr_2.b", true, true);
        row("accent", "\u00e9tude", true, true);
        row("accent of its own", "e\u0301tude", true, true);
        row("greek", "\u03bc-scan", true, true);
        row("micro sign", "\u00b5", true, true);
        row("han", "\u5b66\u7fd2", true, true);
        row("beyond the first plane", "\U0001d6fd1", true, true); // an italic beta
        row("capital", "\u00c9cole", true, true);
        row("digit first", "2nd", true, false);
        row("digit of another script", "a\u0663", true, true);
        row("underscore first", "_a", true, false);
        row("slash", "a/b", false, true);
        row("dot first", ".a", false, false);
        row("dash first", "-a", false, false);
        row("mark first", "\u0301a", false, false);
        row("space", "a b", false, false);
        row("no-break space", "a\u00a0b", false, false);
        row("emoji", "\U0001f600", false, false);
        row("euro", "a\u20ac", false, false);
        row("colon", "a:b", false, false);
        row("line", "a\n", false, false);
        row("no UTF-8", "a\xff", false, false);
        row("half a letter", "a\xc3", false, false);
        row("NUL", QByteArray("a\0b", 3), false, false);
    }
    void names()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, ofExperiment);
        QFETCH(bool, ofParameter);
        QCOMPARE(!whyNotExperimentName(name.toStdString()), ofExperiment);
        QCOMPARE(!whyNotParameterName(name.toStdString()), ofParameter);
    }

    void aLongNameIsNoFolder()
    {
        QVERIFY(!whyNotExperimentName(std::string(100, 'a')));
        QVERIFY(whyNotExperimentName(std::string(101, 'a')));
        QVERIFY(whyNotExperimentName(QString(51, QChar(0x3bc)).toStdString()));
        QVERIFY(!whyNotParameterName(std::string(1000, 'a')));
    }
};

QTEST_GUILESS_MAIN(TestNameRule)
#include "tst_name_rule.moc"
