// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/random_stream.h"
#include "core/trainer/engine/step_statistics.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace widthwise::trainer;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

template <typename Real>
std::vector<Real> normals(std::size_t count, double mean)
{
    RandomStream random(1, count);
    std::vector<Real> values(count);
    for (Real& value : values) {
        value = static_cast<Real>(mean + random.normal());
    }
    return values;
}

/// With what is written by the book, in double precision, in two passes.
template <typename Real>
void compare(const std::vector<Real>& values, std::int64_t columns, double tolerance)
{
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double absolute = 0;
    double square = 0;
    double max = 0;
    for (const Real value : values) {
        absolute += std::abs(static_cast<double>(value)) / count;
        square += std::pow(static_cast<double>(value) - mean, 2) / count;
        max = std::max(max, std::abs(static_cast<double>(value)));
    }
    const LayerStatistics measured = measureLayer(values.data(), std::ssize(values) / columns, columns);
    QVERIFY(std::abs(measured.l1 / absolute - 1) < tolerance);
    QVERIFY(std::abs(measured.deviation / std::sqrt(square) - 1) < tolerance);
    QCOMPARE(measured.max, max);
}

} // namespace

class TestLayerStatistics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Sizes round the length of a block of the kernel.
    void isTheDefinition()
    {
        for (const std::size_t count : {1U, 63U, 1024U, 1025U, 30000U}) {
            const std::int64_t columns = count % 30 == 0 ? 30 : 1;
            for (const double mean : {0.0, -3.0}) {
                if (count > 1) {
                    compare(normals<float>(count, mean), columns, 2e-6);
                    compare(normals<double>(count, mean), columns, 1e-12);
                }
            }
        }
        const LayerStatistics none = measureLayer<float>(nullptr, 0, 7);
        QCOMPARE(none.l1, 0.0);
        QCOMPARE(none.deviation, 0.0);
    }

    void oneValueThatIsNotFiniteIsSeen_data()
    {
        QTest::addColumn<std::size_t>("place");
        QTest::newRow("in a block") << std::size_t{777};
        QTest::newRow("behind the last block") << std::size_t{1024 * 3 + 5};
    }

    void oneValueThatIsNotFiniteIsSeen()
    {
        QFETCH(std::size_t, place);
        constexpr std::int64_t rows = 1027;
        constexpr std::int64_t columns = 3;
        std::vector<float> values(rows * columns, 1);
        values[place] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(std::isnan(measureLayer(values.data(), rows, columns).l1));
        QVERIFY(std::isnan(measureLayer(values.data(), rows, columns).max));
        values[place] = -std::numeric_limits<float>::infinity();
        QCOMPARE(measureLayer(values.data(), rows, columns).l1, infinite);
        QCOMPARE(measureLayer(values.data(), rows, columns).max, infinite);
    }

    void exponentsAreCounted()
    {
        const std::vector<float> values{0, 1, -1.5F, 0.5F, 3, -0.75F, 1e-39F, std::nanf("")};
        LayerStatistics layer = measureLayer(values.data(), 2, 4);
        layer.layer = "a.b";
        QCOMPARE(layer.exponents[127], 2);
        QCOMPARE(layer.exponents[126], 2);
        QCOMPARE(layer.exponents[128], 1);
        QCOMPARE(layer.exponents[0], 2);
        QCOMPARE(layer.exponents[255], 1);

        const std::vector<double> twos{2, 2, 9, 2};
        LayerStatistics other = measureLayer(twos.data(), 4, 1);
        other.layer = "c";
        const LayerStatistics nothing = measureLayer(twos.data(), 0, 1);
        QCOMPARE(exponentsLine(4, {other, nothing}),
                 std::string(R"({"step":4,"exponents":{"c":{"lowest":1,"counts":[3,0,1]},"":{"lowest":129,)"
                             R"("counts":[]}}})"
                             "\n"));
    }

    void ofManyRowsASampleIsMeasured()
    {
        std::vector<float> values;
        for (std::int64_t row = 0; row < manyRows + 1; ++row) {
            values.insert(values.end(), {row / 64 % 2 == 0 ? 1.F : 100.F, -3});
        }
        const LayerStatistics all = measureLayer(values.data(), manyRows, 2);
        QCOMPARE(all.l1, (50.5 + 3) / 2);
        const LayerStatistics sampled = measureLayer(values.data(), manyRows + 1, 2);
        QCOMPARE(sampled.l1, 2.0); // every second run of 64 rows
        QCOMPARE(sampled.deviation, 2.0);
        QCOMPARE(sampled.max, 3.0);
    }

    /// Rows whose sizes vary by as much as they are large: l1 lies within three standard errors.
    void aSampleIsNearToAllOfIt()
    {
        constexpr std::int64_t rows = 20000;
        constexpr std::int64_t columns = 16;
        std::vector<float> values = normals<float>(rows * columns, 0);
        RandomStream random(2, 1);
        double l1 = 0;
        for (std::int64_t row = 0; row < rows; ++row) {
            const auto size = static_cast<float>(std::exp(0.83 * random.normal()));
            for (std::int64_t column = 0; column < columns; ++column) {
                float& value = values[static_cast<std::size_t>(row * columns + column)];
                value *= size;
                l1 += std::abs(static_cast<double>(value)) / (rows * columns);
            }
        }
        QVERIFY(std::abs(measureLayer(values.data(), rows, columns).l1 / l1 - 1) < 3.0 / 32);
    }

    /// A large layer is sampled in whole rows, so that no feature counts more than another.
    void theHistogramOfALargeLayerIsASampleOfRows()
    {
        constexpr std::int64_t rows = 5000;
        constexpr std::int64_t columns = 24;
        std::vector<float> values;
        for (std::int64_t i = 0; i < rows * columns; ++i) {
            values.push_back(std::ldexp(1.F, static_cast<int>(i % columns)));
        }
        const ExponentHistogram counts = measureLayer(values.data(), rows, columns).exponents;
        const std::int64_t sampled = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
        QVERIFY(sampled >= histogramValues && sampled < 2 * histogramValues);
        for (std::size_t column = 0; column < columns; ++column) {
            QCOMPARE(counts[127 + column], sampled / columns);
        }
    }
};

QTEST_GUILESS_MAIN(TestLayerStatistics)
#include "tst_layer_statistics.moc"
