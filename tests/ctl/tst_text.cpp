// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/text.h"

#include <QTest>

#include <limits>

using namespace widthwise;
using namespace widthwise::ctl;
using namespace std::chrono_literals;

class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void durationsAreShort_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.0 << QStringLiteral("0.0 s");
        QTest::newRow("negative") << -3.0 << QStringLiteral("0.0 s");
        QTest::newRow("tenths") << 0.46 << QStringLiteral("0.5 s");
        QTest::newRow("never 10.0") << 9.96 << QStringLiteral("10 s");
        QTest::newRow("seconds") << 59.4 << QStringLiteral("59 s");
        QTest::newRow("never 60 s") << 59.6 << QStringLiteral("1 min");
        QTest::newRow("minutes") << 3599.0 << QStringLiteral("59 min");
        QTest::newRow("hours") << 7800.0 << QStringLiteral("2 h 10");
        QTest::newRow("full hour") << 3600.0 << QStringLiteral("1 h 00");
        QTest::newRow("days") << 442800.0 << QStringLiteral("5 d 3 h");
    }
    void durationsAreShort()
    {
        QFETCH(const double, seconds);
        QFETCH(const QString, text);
        QCOMPARE(QString::fromStdString(durationText(Seconds(seconds))), text);
    }

    void estimatesAreRounded()
    {
        QCOMPARE(aboutText(8.6s), std::string("about 9 s"));
        QCOMPARE(aboutText(200s), std::string("about 3 min"));
    }

    void numbersHaveFourDigits()
    {
        QCOMPARE(numberText(0.341234), std::string("0.3412"));
        QCOMPARE(numberText(1.2e-5), std::string("1.2e-05"));
        QCOMPARE(numberText(-std::numeric_limits<double>::infinity()), std::string("-Infinity"));
        QCOMPARE(numberText(std::numeric_limits<double>::quiet_NaN()), std::string("NaN"));
    }

    void bytesHaveBinaryUnits()
    {
        QCOMPARE(bytesText(7), std::string("7 B"));
        QCOMPARE(bytesText(1536), std::string("1.5 KiB"));
        QCOMPARE(bytesText(std::uint64_t{20} << 30U), std::string("20 GiB"));
    }

    void countsAgreeWithTheirNoun()
    {
        QCOMPARE(countText(1, "trial"), std::string("1 trial"));
        QCOMPARE(countText(0, "trial"), std::string("0 trials"));
    }

    void timesForProgramsAreUtc()
    {
        QCOMPARE(isoTimeText(TimePoint(0ms)), std::string("1970-01-01T00:00:00.000Z"));
        QCOMPARE(isoTimeText(TimePoint(1'763'718'669'045ms)), std::string("2025-11-21T09:51:09.045Z"));
    }

    void timesOfAnotherDayHaveTheDay()
    {
        const TimePoint now(1'763'718'669'045ms);
        QCOMPARE(localTimeText(now, now).size(), std::size_t(5));
        QVERIFY(localTimeText(now - 48h, now).find("19 Nov ") != std::string::npos);
        QVERIFY(localTimeText(now - 24h * 400, now).find("2024") != std::string::npos);
    }

    void textIsCutBetweenCharacters()
    {
        QCOMPARE(cutToWidth("loss", 4), std::string("loss"));
        QCOMPARE(cutToWidth("longer", 5), std::string("lo..."));
        QCOMPARE(cutToWidth("μμμμμμ", 5), std::string("μμ..."));
        QCOMPARE(cutToWidth("longer", 2), std::string(".."));
        QCOMPARE(cutToWidth("first\nsecond", 40), std::string("first..."));
        QCOMPARE(cutToWidth("first\n", 40), std::string("first"));
        QCOMPARE(displayWidth("μP ✓"), std::size_t(4));
    }

    void onlyVariedParametersAreNamed()
    {
        Parameter rate{"max_lr", FloatRange{}, {}, {}};
        Parameter fixed{"epochs", FixedValue{std::int64_t{3}}, {}, {}};
        Parameter absent{"momentum", FloatRange{}, {}, {}};
        const SearchSpace space({rate, fixed, absent});
        const Configuration configuration({{"max_lr", 0.0123456789}, {"epochs", std::int64_t{3}}});
        QCOMPARE(variedText(configuration, space), std::string("max_lr 0.01235"));
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
