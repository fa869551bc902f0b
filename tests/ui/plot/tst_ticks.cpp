// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/plot/ticks.h"

#include <QSet>
#include <QTest>

#include <cmath>
#include <random>

using namespace widthwise::ui;

class TestTicks : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void knownRanges_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<QString>("labels");
        QTest::newRow("decades") << 1e-5 << 1e-1 << QStringLiteral("1e-05 0.0001 0.001 0.01 0.1");
        QTest::newRow("1-2-5") << 0.09 << 2.5 << QStringLiteral("0.1 0.2 0.5 1 2");
        QTest::newRow("less than a decade")
            << 1.2 << 1.9 << QStringLiteral("1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9");
        QTest::newRow("many decades")
            << 1e-12 << 1e6 << QStringLiteral("1e-12 1e-09 1e-06 0.001 1 1000 1e+06");
    }
    void knownRanges()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QStringList labels;
        for (const double tick : logTicks(low, high, 8))
            labels.append(tickText(tick));
        QTEST(labels.join(QLatin1Char(' ')), "labels");
    }

    void anyRangeHasDistinctTicksInside()
    {
        std::mt19937 random(1);
        std::uniform_real_distribution<double> exponent(-8, 8), width(0.05, 12);
        for (int i = 0; i < 2000; ++i) {
            const double low = std::pow(10, exponent(random));
            const double high = low * std::pow(10, width(random));
            const auto ticks = logTicks(low, high, 8);
            const auto text = QStringLiteral("%1 … %2").arg(low).arg(high);
            QVERIFY2(ticks.size() >= 1 && ticks.size() <= 14, qPrintable(text));
            QSet<QString> labels;
            for (const double tick : ticks) {
                QVERIFY2(tick >= low * 0.999999 && tick <= high * 1.000001, qPrintable(text));
                labels.insert(tickText(tick));
            }
            QVERIFY2(std::size_t(labels.size()) == ticks.size(), qPrintable(text));
        }
    }

    void powersOfTwo_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<QString>("labels");
        QTest::newRow("widths") << 60.0 << 520.0 << QStringLiteral("2⁶ 2⁷ 2⁸ 2⁹");
        QTest::newRow("rates") << 1e-4 << 2e-3 << QStringLiteral("2⁻¹³ 2⁻¹² 2⁻¹¹ 2⁻¹⁰ 2⁻⁹");
        QTest::newRow("every third") << 1.0 << 1e6 << QStringLiteral("2⁰ 2³ 2⁶ 2⁹ 2¹² 2¹⁵ 2¹⁸");
        QTest::newRow("none") << 65.0 << 127.0 << QString();
    }
    void powersOfTwo()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QStringList labels;
        for (const double tick : log2Ticks(low, high, 8))
            labels.append(powerOfTwoText(tick));
        QTEST(labels.join(QLatin1Char(' ')), "labels");
        QVERIFY(log2Ticks(0, 8, 8).empty());
    }

    void nothingForAnEmptyRange()
    {
        QVERIFY(logTicks(0, 1, 8).empty());
        QVERIFY(logTicks(1, 1, 8).empty());
        QVERIFY(logTicks(-1, 1, 8).empty());
    }
};

WIDTHWISE_UI_TEST_MAIN(TestTicks)
#include "tst_ticks.moc"
