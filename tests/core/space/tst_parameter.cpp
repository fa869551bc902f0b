// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/parameter.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

using namespace widthwise;

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

std::vector<Domain> manyDomains()
{
    return {FloatRange{1e-4, 1e-1, Scale::Log, {}},
            FloatRange{-3, 7, Scale::Linear, {}},
            FloatRange{0.1, 0.9, Scale::Linear, 0.1},
            FloatRange{0, 1, Scale::Linear, 0.3},
            FloatRange{0.123456789012345, 0.123456789012349, Scale::Linear, {}},
            FloatRange{-1.7e308, 1.7e308, Scale::Linear, {}},
            FloatRange{5e-324, 1.7e308, Scale::Log, {}},
            FloatRange{2, 2, Scale::Linear, {}},
            IntegerRange{1, 6, Scale::Linear, {}},
            IntegerRange{1, 1024, Scale::Log, {}},
            IntegerRange{-5, 15, Scale::Linear, 4},
            IntegerRange{least, greatest, Scale::Linear, {}},
            IntegerRange{1, greatest, Scale::Log, {}},
            IntegerRange{4, 4, Scale::Log, {}},
            Choices{{Value(std::string("adam")), Value(std::int64_t(1)), Value(1.0), Value(true)}},
            FixedValue{Value(std::int64_t(100))}};
}

double toNumberOrZero(const Value& value)
{
    return std::holds_alternative<std::string>(value) ? 0 : toNumber(value);
}

} // namespace

class TestParameter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWidestIntegerRangeOverflowsNowhere()
    {
        const Domain widest = IntegerRange{INT64_MIN, INT64_MAX, Scale::Linear, {}};
        for (const double u : {0.0, 0.25, 0.5, 0.75, 0x1.fffffffffffffp-1, 1.0})
            QVERIFY(contains(widest, valueAt(widest, u)));
        QCOMPARE(valueAt(widest, 0), Value(INT64_MIN));
        QCOMPARE(valueAt(widest, 1), Value(INT64_MAX));
        QCOMPARE(gridValues(widest, 2), (std::vector<Value>{INT64_MIN, INT64_MAX}));
        const Domain positive = IntegerRange{1, INT64_MAX, Scale::Log, {}};
        for (const double u : {0.0, 0.5, 1.0})
            QVERIFY(contains(positive, valueAt(positive, u)));
        const Domain stepped = IntegerRange{INT64_MIN, INT64_MAX, Scale::Linear, std::int64_t(1) << 62};
        QCOMPARE(gridValues(stepped, 1).back(), Value(std::int64_t(1) << 62));
    }

    void valuesNeverLeaveTheDomain()
    {
        for (const Domain& domain : manyDomains())
            for (int i = 0; i <= 4096; ++i) {
                const Value value = valueAt(domain, i / 4096.0);
                QVERIFY2(contains(domain, value), toText(value).c_str());
            }
    }

    void positionIsTheInverse()
    {
        for (const Domain& domain : manyDomains())
            for (int i = 0; i <= 1000; ++i) {
                const Value value = valueAt(domain, i / 1000.0);
                const double position = positionOf(domain, value);
                QVERIFY(position >= 0 && position <= 1);
                const Value back = valueAt(domain, position);
                const double error = std::fabs(toNumberOrZero(back) - toNumberOrZero(value));
                const double size = std::fabs(toNumberOrZero(value));
                if (const auto* real = std::get_if<FloatRange>(&domain))
                    QVERIFY(error <= 1e-6 * (real->scale == Scale::Log ? size : real->high - real->low));
                else if (const auto* range = std::get_if<IntegerRange>(&domain);
                         range && range->high == greatest)
                    QVERIFY(error <= 1e-6 * size + 1e4);
                else
                    QCOMPARE(back, value);
            }
    }

    void logarithmicScaleGivesDecadesEqualShares()
    {
        const Domain domain = FloatRange{1e-4, 1e-1, Scale::Log, {}};
        QCOMPARE(valueAt(domain, 0), Value(1e-4));
        QCOMPARE(valueAt(domain, 1.0 / 3), Value(1e-3));
        QCOMPARE(valueAt(domain, 2.0 / 3), Value(1e-2));
        QCOMPARE(valueAt(domain, 1), Value(1e-1));
        QCOMPARE(valueAt(domain, 0.5), Value(0.0031622777));
    }

    void integersGetEqualShares()
    {
        std::map<std::string, int> count;
        for (int i = 0; i < 6000; ++i)
            ++count[toText(valueAt(IntegerRange{1, 6, Scale::Linear, {}}, i / 6000.0))];
        QCOMPARE(count.size(), std::size_t(6));
        for (const auto& [value, n] : count)
            QCOMPARE(n, 1000);
    }

    void integersOnALogarithmicScale()
    {
        const Domain domain = IntegerRange{1, 1000, Scale::Log, {}};
        int ones = 0;
        for (int i = 0; i < 100000; ++i)
            ones += valueAt(domain, i / 100000.0) == Value(std::int64_t(1));
        const double share = std::log(1.5 / 0.5) / std::log(1000.5 / 0.5);
        QVERIFY(std::fabs(ones / 100000.0 - share) < 1e-4);
    }

    void stepsAreRoundNumbers()
    {
        const Domain domain = FloatRange{0.1, 0.9, Scale::Linear, 0.1};
        const std::vector<Value> expected{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
        QCOMPARE(gridValues(domain, 3), expected);
        QVERIFY(!contains(domain, Value(0.25)));
        QVERIFY(contains(domain, Value(0.1 + 2 * 0.1)));
    }

    void gridsHaveTheirEnds()
    {
        const std::vector<Value> decades{1e-4, 1e-3, 1e-2, 1e-1};
        QCOMPARE(gridValues(FloatRange{1e-4, 1e-1, Scale::Log, {}}, 4), decades);
        const std::vector<Value> quarters{0.0, 0.25, 0.5, 0.75, 1.0};
        QCOMPARE(gridValues(FloatRange{0, 1, Scale::Linear, {}}, 5), quarters);
        const std::vector<Value> powers{std::int64_t(1), std::int64_t(4), std::int64_t(16), std::int64_t(64)};
        QCOMPARE(gridValues(IntegerRange{1, 64, Scale::Log, {}}, 4), powers);
        const std::vector<Value> few{std::int64_t(1), std::int64_t(2), std::int64_t(3)};
        QCOMPARE(gridValues(IntegerRange{1, 3, Scale::Linear, {}}, 4), few);
        const std::vector<Value> stepped{std::int64_t(-5), std::int64_t(-1), std::int64_t(3)};
        QCOMPARE(gridValues(IntegerRange{-5, 6, Scale::Linear, 4}, 2), stepped);
        QCOMPARE(gridValues(FloatRange{0, 1, Scale::Linear, {}}, 1), std::vector<Value>{0.5});
        QCOMPARE(gridValues(FixedValue{Value(true)}, 9), std::vector<Value>{true});
    }

    void gridValuesAreDifferentAndInside()
    {
        for (const Domain& domain : manyDomains()) {
            const std::vector<Value> values = gridValues(domain, 17);
            for (std::size_t i = 0; i < values.size(); ++i) {
                QVERIFY(contains(domain, values[i]));
                QCOMPARE(std::count(values.begin(), values.end(), values[i]), std::ptrdiff_t(1));
            }
        }
    }

    void containsMindsTypesAndBounds()
    {
        QVERIFY(!contains(FloatRange{0, 1, Scale::Linear, {}}, Value(std::int64_t(1))));
        QVERIFY(!contains(FloatRange{0, 1, Scale::Linear, {}}, Value(std::nan(""))));
        QVERIFY(!contains(IntegerRange{0, 1, Scale::Linear, {}}, Value(1.0)));
        QVERIFY(!contains(IntegerRange{0, 9, Scale::Linear, 3}, Value(std::int64_t(4))));
        QVERIFY(!contains(Choices{{Value(1.0)}}, Value(std::int64_t(1))));
    }
};

QTEST_GUILESS_MAIN(TestParameter)
#include "tst_parameter.moc"
