// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_values.h"

#include <QTest>

#include <climits>

using namespace widthwise;

class TestSlurmValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTimes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("seconds");
        const auto row = [](const char* text, double seconds) {
            QTest::newRow(text) << QByteArray(text) << seconds;
        };
        row("30", 1800);
        row("5:00", 300);
        row("1:00:00", 3600);
        row("1-00:00:00", 86400);
        row("2-12", 216000);
        row("infinite", -1);
        row("UNLIMITED", -1);
        row("", -1);
        row("-5", -1);
        row("5--3", -1);
        row("1:-30:00", -1);
        row("1:2:3:4", -1);
        row("5:", -1);
        row("99999999999", -1);
    }
    void readsTimes()
    {
        QFETCH(QByteArray, text);
        QFETCH(double, seconds);
        QCOMPARE(slurmTime(text.toStdString()).value_or(Seconds(-1)).count(), seconds);
    }

    void readsCounts()
    {
        QCOMPARE(slurmCount("0"), std::optional(0));
        QCOMPARE(slurmCount("2147483647"), std::optional(INT_MAX));
        for (const char* text : {"", "-1", "-0", "+1", " 1", "1 ", "N/A", "[0-3]", "2147483648", "1.5"})
            QVERIFY2(!slurmCount(text), text);
    }

    void addsUpToTheLargest()
    {
        QCOMPARE(slurmSum(2, 3), 5);
        QCOMPARE(slurmSum(INT_MAX, 1), INT_MAX);
        QCOMPARE(slurmSum(1, INT_MAX), INT_MAX);
    }
};

QTEST_GUILESS_MAIN(TestSlurmValues)
#include "tst_slurm_values.moc"
