// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/duration_text.h"

#include <QTest>

#include <random>

using namespace widthwise;

class TestDurationText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTimes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("seconds"); // negative: refused
        const auto row = [](const char* text, double seconds) {
            QTest::newRow(text) << QByteArray(text) << seconds;
        };
        row("90s", 90);
        row("15min", 900);
        row("2h", 7200);
        row("1d", 86400);
        row("1h30", 5400);
        row("1h30min", 5400);
        row("1h 30min", 5400);
        row("1d12h", 129600);
        row("1.5h", 5400);
        row("0.25s", 0.25);
        for (const char* text : {"", " ", "90", "h", "1x", "1h30x", "1min1h", "1h1h", "-1h", "1e3s", "1d30",
                                 "nan s", "inf s", "1h30min30"})
            row(text, -1);
    }
    void readsTimes()
    {
        QFETCH(QByteArray, text);
        QFETCH(double, seconds);
        const auto duration = durationFromText(text.toStdString());
        QCOMPARE(duration.has_value(), seconds >= 0);
        if (duration)
            QCOMPARE(duration->count(), seconds);
    }

    void writesTheShortest()
    {
        using std::chrono::duration;
        QCOMPARE(durationToText(duration<double>(5400)), std::string("1h30min"));
        QCOMPARE(durationToText(duration<double>(60)), std::string("1min"));
        QCOMPARE(durationToText(duration<double>(90061)), std::string("1d1h1min1s"));
        QCOMPARE(durationToText(duration<double>(0.5)), std::string("0.5s"));
    }

    void everyTimeReadsBack()
    {
        std::mt19937_64 bits(3);
        for (int i = 0; i < 20000; ++i) {
            const double seconds =
                i % 2 ? double(bits() % 1000000) : std::ldexp(double(bits() >> 11), -int(bits() % 90));
            const std::string text = durationToText(std::chrono::duration<double>(seconds));
            const auto back = durationFromText(text);
            QVERIFY2(back && back->count() == seconds, text.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestDurationText)
#include "tst_duration_text.moc"
