// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/models/texts.h"

#include <QTest>

#include <cmath>

using namespace widthwise;
using namespace widthwise::ui;

class TestTexts : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("brief");
        QTest::addColumn<QString>("left");
        QTest::newRow("nothing") << 0.0 << QStringLiteral("0 s") << QStringLiteral("less than a minute left");
        QTest::newRow("negative") << -5.0 << QStringLiteral("0 s")
                                  << QStringLiteral("less than a minute left");
        QTest::newRow("seconds") << 59.4 << QStringLiteral("59 s")
                                 << QStringLiteral("less than a minute left");
        QTest::newRow("rounds up to a minute")
            << 59.6 << QStringLiteral("1 min") << QStringLiteral("less than a minute left");
        QTest::newRow("minutes") << 185.0 << QStringLiteral("3 min") << QStringLiteral("about 3 min left");
        QTest::newRow("to the nearest minute")
            << 119.0 << QStringLiteral("1 min") << QStringLiteral("about 2 min left");
        QTest::newRow("hours") << 7800.0 << QStringLiteral("2 h 10") << QStringLiteral("about 2 h 10 left");
        QTest::newRow("one digit of minutes")
            << 3900.0 << QStringLiteral("1 h 05") << QStringLiteral("about 1 h 05 left");
        QTest::newRow("days") << 443000.0 << QStringLiteral("5 d 3 h")
                              << QStringLiteral("about 5 d 3 h left");
    }
    void durations()
    {
        QFETCH(double, seconds);
        QTEST(shortDuration(std::chrono::duration<double>(seconds)), "brief");
        QTEST(remainingText(std::chrono::duration<double>(seconds)), "left");
    }

    void numbers()
    {
        QCOMPARE(numberText(0.34120001), QStringLiteral("0.3412"));
        QCOMPARE(numberText(1.2e-5), QStringLiteral("1.2e-05"));
        QCOMPARE(numberText(NAN), QStringLiteral("NaN"));
        QCOMPARE(numberText(HUGE_VAL), QStringLiteral("∞"));
        QCOMPARE(numberText(-HUGE_VAL), QStringLiteral("−∞"));
        QCOMPARE(valueText(Value(std::int64_t(123456))), QStringLiteral("123456"));
        QCOMPARE(valueText(Value(std::string("adamw"))), QStringLiteral("adamw"));
        QCOMPARE(valueText(Value(0.001234567)), QStringLiteral("0.001235"));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestTexts)
#include "tst_texts.moc"
