// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/least_squares.h"

#include <QTest>

#include <cmath>
#include <vector>

using namespace widthwise;

namespace {

bool near(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestLeastSquares : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasTheTabulatedValuesOfStudentsT()
    {
        QVERIFY(near(student95(1), 12.706205, 1e-6));
        QVERIFY(near(student95(2), 4.302653, 1e-6));
        QVERIFY(near(student95(5), 2.570582, 1e-6));
        QVERIFY(near(student95(23), 2.068658, 1e-6));
        QVERIFY(near(student95(1000), 1.962339, 1e-6));
        QVERIFY(near(student95(10'000'000), normal95, 1e-12));
        QVERIFY(std::isinf(student95(0)));
    }

    void findsALineAndItsCovariance()
    {
        // By hand: means 2.5 and 3, Sxx = 5, Sxy = 6, residuals -0.2, 0.6, -0.6, 0.2.
        const std::vector<Sample> samples{{1, 1}, {2, 3}, {3, 3}, {4, 5}};
        const auto line = fitPolynomial(samples, 1);
        QVERIFY(line);
        QVERIFY(near(line->origin, 2.5, 1e-12));
        QVERIFY(near(line->coefficients[0], 3, 1e-12));
        QVERIFY(near(line->coefficients[1], 1.2, 1e-12));
        QVERIFY(near(line->covariance[1][1], 0.2, 1e-12));
        QVERIFY(near(line->squares, 0.8, 1e-12));
        QCOMPARE(line->degreesOfFreedom, 2);
    }

    void countsAWeightOfTwoAsTwoSamples()
    {
        const std::vector<Sample> weighted{{-3, 2, 2}, {0, 1, 1}, {5, 4, 2}, {7, 9, 1}};
        const std::vector<Sample> repeated{{-3, 2}, {-3, 2}, {0, 1}, {5, 4}, {5, 4}, {7, 9}};
        const auto a = fitPolynomial(weighted, 2);
        const auto b = fitPolynomial(repeated, 2);
        QVERIFY(a && b);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(near(a->coefficients[i], b->coefficients[i], 1e-10));
            QVERIFY(near(a->covariance[i][i], b->covariance[i][i], 1e-10));
        }
        QVERIFY(near(a->squares, b->squares, 1e-10));
    }

    void recoversAParabolaFarFromZeroAtAnyScale()
    {
        std::vector<Sample> samples;
        for (int i = 0; i < 6; ++i) {
            const double x = 1e6 + 1e-3 * i;
            const double u = x - (1e6 + 2e-3);
            samples.push_back({x, 7 + 3e5 * u * u, 1e-9});
        }
        const auto parabola = fitPolynomial(samples, 2);
        QVERIFY(parabola);
        const auto [a, b, c] = parabola->coefficients;
        QVERIFY(near(c, 3e5, 1));
        QVERIFY(near(parabola->origin - b / (2 * c), 1e6 + 2e-3, 1e-6));
        QVERIFY(parabola->squares < 1e-15);
    }

    void needsAsManyPlacesAsCoefficients()
    {
        const std::vector<Sample> onePlace{{2, 1}, {2, 3}};
        const std::vector<Sample> twoPlaces{{2, 1}, {3, 3}, {2, 4}};
        QVERIFY(!fitPolynomial(onePlace, 1));
        QVERIFY(fitPolynomial(twoPlaces, 1));
        QVERIFY(!fitPolynomial(twoPlaces, 2));
    }
};

QTEST_APPLESS_MAIN(TestLeastSquares)
#include "tst_least_squares.moc"
