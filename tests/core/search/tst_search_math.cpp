// SPDX-License-Identifier: GPL-3.0-or-later
// What the learning searches compute with, against the C library and against what it stands for.
#include "core/search/cma_distribution.h"
#include "core/search/eigenvectors.h"
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

    void eigenvectorsMakeTheMatrix()
    {
        const std::size_t n = 12;
        const std::vector<double> matrix = definite(n, 2);
        const Eigenvectors of(matrix, n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                double sum = 0, dot = 0;
                for (std::size_t k = 0; k < n; ++k) {
                    sum += of.vectors[i * n + k] * of.values[k] * of.vectors[j * n + k];
                    dot += of.vectors[k * n + i] * of.vectors[k * n + j];
                }
                QVERIFY(std::abs(sum - matrix[i * n + j]) < 1e-10);
                QVERIFY(std::abs(dot - (i == j)) < 1e-12);
            }
    }

    /// A narrow, tilted valley: the distribution finds its bottom and shrinks there.
    void aCmaDistributionFindsAValley()
    {
        CmaDistribution now(std::vector<double>(4, 0.5), 0.2, 8);
        const std::vector<double> grains(4, 0.0);
        for (unsigned generation = 0; generation < 120; ++generation) {
            std::vector<CmaDistribution::Member> members;
            for (unsigned i = 0; i < 8; ++i) {
                Draws draws(1, generation * 8 + i);
                std::vector<double> x = now.sample(draws, grains);
                double value = 0;
                for (std::size_t k = 0; k < 4; ++k)
                    value += (x[k] - 0.3) * (x[k] - 0.3);
                value += 1000 * (x[0] - x[1]) * (x[0] - x[1]);
                members.push_back({value, std::move(x)});
            }
            now.learn(std::move(members));
        }
        for (const double coordinate : now.mean())
            QVERIFY2(std::abs(coordinate - 0.3) < 1e-4, qPrintable(QString::number(coordinate)));
        QVERIFY(now.deviation() < 1e-3);
    }

    /// Of a parameter with few values the others keep a chance, however small the distribution.
    void aMarginIsKept()
    {
        const CmaDistribution narrow(std::vector<double>(3, 0.5), 1e-6, 7);
        int changed = 0;
        for (unsigned i = 0; i < 2000; ++i) {
            Draws draws(1, i);
            const std::vector<double> point = narrow.sample(draws, {0.2, 0.0, 0.0});
            changed += std::abs(point[0] - 0.5) > 0.1;
            QVERIFY(std::abs(point[1] - 0.5) < 1e-4);
        }
        QVERIFY2(std::abs(changed - 2000 / 21) < 40, qPrintable(QString::number(changed)));
    }
};

QTEST_GUILESS_MAIN(TestSearchMath)
#include "tst_search_math.moc"
