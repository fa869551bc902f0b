// SPDX-License-Identifier: GPL-3.0-or-later
// What the learning searches compute with, against the C library and against what it stands for.
#include "core/search/quick_math.h"
#include "core/search/triangle.h"

#include <QTest>

#include <cmath>
#include <numbers>
#include <random>

using namespace widthwise;

namespace {

/// AᵀA plus a little on the diagonal.
std::vector<double> definite(std::size_t n, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> a(n * n), result(n * n, 0.0);
    for (double& x : a)
        x = normal(random);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < n; ++k)
                result[i * n + j] += a[k * n + i] * a[k * n + j];
            result[i * n + j] += i == j ? 0.1 : 0;
        }
    return result;
}

double product(const std::vector<double>& a, const std::vector<double>& b, std::size_t n, std::size_t i,
               std::size_t j)
{
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k)
        sum += a[i * n + k] * b[k * n + j];
    return sum;
}

} // namespace

class TestSearchMath : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theQuickExponentialIsTheExponential()
    {
        for (double x = -690; x < 690; x += 0.0973)
            QVERIFY2(std::abs(quickExp(x) / std::exp(x) - 1) < 1e-13, qPrintable(QString::number(x)));
        QCOMPARE(quickExp(0), 1.0);
        QVERIFY(quickExp(-1e6) < 1e-300 && quickExp(1e6) > 1e300);
    }

    void normalTailsAreTheErrorFunctions()
    {
        for (double z = -8; z < 30; z += 0.0131) {
            const double tail = std::erfc(z / std::numbers::sqrt2) / 2;
            QVERIFY2(std::abs(normalTail(z) / tail - 1) < 5e-7, qPrintable(QString::number(z)));
            QVERIFY(std::abs(logNormalTail(z) - std::log(tail)) < 5e-7);
        }
        QVERIFY(std::abs(millsRatio(2) - 0.4213692) < 1e-6);
    }

    void aTriangleSolves()
    {
        const std::size_t n = 23;
        const std::vector<double> matrix = definite(n, 1);
        const Triangle triangle(matrix, n);
        std::vector<double> inverse = triangle.inverse();
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < i; ++j)
                inverse[i * n + j] = inverse[j * n + i];
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                QVERIFY(std::abs(product(matrix, inverse, n, i, j) - (i == j)) < 1e-8);
        std::vector<double> vector(n), solved(n);
        for (std::size_t i = 0; i < n; ++i)
            solved[i] = vector[i] = double(i) - 3;
        triangle.solveLower(solved, 1);
        triangle.solveUpper(solved);
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 0;
            for (std::size_t k = 0; k < n; ++k)
                sum += matrix[i * n + k] * solved[k];
            QVERIFY(std::abs(sum - vector[i]) < 1e-8);
        }
        const Triangle diagonal({4, 0, 0, 9}, 2);
        QVERIFY(std::abs(diagonal.halfLogDeterminant() - std::log(6)) < 1e-14);
    }
};

QTEST_GUILESS_MAIN(TestSearchMath)
#include "tst_search_math.moc"
