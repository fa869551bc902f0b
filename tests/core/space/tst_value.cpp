// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/value.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using namespace widthwise;

class TestValue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersAreWrittenAsPeopleWriteThem_data()
    {
        QTest::addColumn<double>("number");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("one") << 1.0 << QByteArray("1.0");
        QTest::newRow("zero") << 0.0 << QByteArray("0.0");
        QTest::newRow("minus zero") << -0.0 << QByteArray("-0.0");
        QTest::newRow("tenth") << 0.1 << QByteArray("0.1");
        QTest::newRow("small") << 0.0001 << QByteArray("0.0001");
        QTest::newRow("smaller") << 0.00001 << QByteArray("1e-5");
        QTest::newRow("mantissa") << 2.5e-7 << QByteArray("2.5e-7");
        QTest::newRow("thousand") << 1000.0 << QByteArray("1000.0");
        QTest::newRow("large") << 1e16 << QByteArray("1e16");
        QTest::newRow("largest") << 1.7976931348623157e308 << QByteArray("1.7976931348623157e308");
        QTest::newRow("least") << 5e-324 << QByteArray("5e-324");
        QTest::newRow("infinite") << HUGE_VAL << QByteArray(".inf");
        QTest::newRow("minus infinite") << -HUGE_VAL << QByteArray("-.inf");
    }
    void numbersAreWrittenAsPeopleWriteThem()
    {
        QFETCH(double, number);
        QFETCH(QByteArray, text);
        QCOMPARE(toText(Value(number)), text.toStdString());
        const Value back = valueFromText(text.toStdString());
        QVERIFY(std::holds_alternative<double>(back));
        QCOMPARE(std::bit_cast<std::uint64_t>(std::get<double>(back)), std::bit_cast<std::uint64_t>(number));
    }

    void everyNumberReadsBack()
    {
        std::mt19937_64 bits(1);
        for (int i = 0; i < 100000; ++i) {
            const auto number = std::bit_cast<double>(bits());
            if (std::isfinite(number))
                QCOMPARE(valueFromText(toText(Value(number))), Value(number));
            const auto integer = static_cast<std::int64_t>(bits() >> (i % 64));
            QCOMPARE(valueFromText(toText(Value(integer))), Value(integer));
        }
    }

    void textIsReadAsTheNarrowestType_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("type"); // index in Value
        const auto row = [](const char* text, int type) { QTest::newRow(text) << QByteArray(text) << type; };
        for (const char* text : {"true", "True", "FALSE"})
            row(text, 0);
        for (const char* text : {"0", "-7", "+12", "007", "0x1F", "0o17", "9223372036854775807"})
            row(text, 1);
        for (const char* text :
             {"1.0", "1.", ".5", "-1e5", "1E+3", "9223372036854775808", "1e999", ".inf", ".nan"})
            row(text, 2);
        for (const char* text : {"", "adam", "yes", "nan", "inf", "1e", "1.2.3", "--1", "+", ".", "0x", "0o9",
                                 "0x-1", "1_000", "1 "})
            row(text, 3);
    }
    void textIsReadAsTheNarrowestType()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, type);
        QCOMPARE(int(valueFromText(text.toStdString()).index()), type);
    }

    void octalAndHexadecimalHaveTheirValues()
    {
        QCOMPARE(valueFromText("0x1F"), Value(std::int64_t(31)));
        QCOMPARE(valueFromText("0o17"), Value(std::int64_t(15)));
    }

    void tellsIntegersThatAreTooLarge()
    {
        for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551615",
                                 "+9223372036854775808", "00009223372036854775808", "0xFFFFFFFFFFFFFFFF",
                                 "0o1777777777777777777777", "100000000000000000000000000000"})
            QVERIFY2(isTooLargeInteger(text), text);
        for (const char* text : {"9223372036854775807", "-9223372036854775808", "0x7FFFFFFFFFFFFFFF", "1e30",
                                 "9223372036854775808.0", "18446744073709551615 ", "+-9223372036854775809",
                                 "0x-FFFFFFFFFFFFFFFFF", "adam", "", "1_0"})
            QVERIFY2(!isTooLargeInteger(text), text);
    }

    void onlyEqualNumbersAreExact()
    {
        QCOMPARE(exactNumber(std::int64_t(1) << 53), std::optional(0x1p53));
        QCOMPARE(exactNumber((std::int64_t(1) << 53) + 1), std::nullopt);
        QCOMPARE(exactNumber(INT64_MIN), std::optional(-0x1p63));
        QCOMPARE(exactNumber(INT64_MAX), std::nullopt);
    }

    void toNumberRefusesStrings()
    {
        QCOMPARE(toNumber(Value(true)), 1.0);
        QCOMPARE(toNumber(Value(std::int64_t(-3))), -3.0);
        QVERIFY_EXCEPTION_THROWN(toNumber(Value(std::string("adam"))), std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestValue)
#include "tst_value.moc"
