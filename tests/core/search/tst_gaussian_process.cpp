// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_process.h"
#include "core/search/sobol_search.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace widthwise;

namespace {

UnitSpace cube(int dimensions)
{
    std::vector<Parameter> parameters;
    for (int i = 0; i < dimensions; ++i)
        parameters.push_back({"x" + std::to_string(i), FloatRange{0, 1, Scale::Linear, {}}, {}, {}});
    return UnitSpace(SearchSpace(parameters));
}

GaussianProcess fitted(const UnitSpace& space, const std::vector<std::vector<double>>& points,
                       const std::vector<double>& values)
{
    return {space, fittedCovariance(space, points, values), points, values};
}

} // namespace

class TestGaussianProcess : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Of a smooth function it knows the values, and what lies between; far away it knows nothing.
    void interpolatesASmoothFunction()
    {
        const auto function = [](double x) { return std::sqrt(2.0) * std::sin(6 * x); };
        std::vector<std::vector<double>> points;
        std::vector<double> values;
        for (int i = 0; i <= 10; ++i) {
            points.push_back({0.05 * i});
            values.push_back(function(0.05 * i));
        }
        const GaussianProcess process = fitted(cube(1), points, values);
        for (int i = 0; i < 10; ++i) {
            const double x = 0.05 * i + 0.025;
            const Prediction prediction = process.predict(std::vector{x});
            QVERIFY2(std::abs(prediction.mean - function(x)) < 0.05, qPrintable(QString::number(x)));
            QVERIFY(prediction.deviation < 0.1);
        }
        QVERIFY(process.predict(std::vector{1.0}).deviation > 0.3);
    }

    /// Believing its own mean at a point changes no mean, but takes the doubt there away.
    void believesItsOwnMean()
    {
        std::vector<std::vector<double>> points;
        std::vector<double> values;
        for (std::uint64_t i = 0; i < 20; ++i) {
            points.push_back(sobolPoint(2, i, 1));
            values.push_back(std::sin(5 * points.back()[0]) + points.back()[1] - 0.7);
        }
        GaussianProcess process = fitted(cube(2), points, values);
        const std::vector<double> here{0.97, 0.03}, elsewhere{0.4, 0.6};
        const Prediction before = process.predict(here), other = process.predict(elsewhere);
        process.believe({here});
        const Prediction after = process.predict(here);
        QVERIFY(std::abs(after.mean - before.mean) < 1e-6);
        QVERIFY(after.deviation < before.deviation / 2);
        QVERIFY(std::abs(process.predict(elsewhere).mean - other.mean) < 1e-6);
    }

    /// Against the integral of (best - y) · density, and far out, where the integral is 0 in double
    /// precision.
    void expectedImprovementIsItsIntegral()
    {
        for (const double best : {-3.0, -1.2, -0.9, 0.0, 0.5, 4.0}) {
            const Prediction prediction{0.3, 0.7};
            double integral = 0;
            constexpr int parts = 200'000;
            const double low = prediction.mean - 12 * prediction.deviation, width = (best - low) / parts;
            for (int i = 0; i < parts && width > 0; ++i) {
                const double y = low + (i + 0.5) * width;
                const double z = (y - prediction.mean) / prediction.deviation;
                integral +=
                    (best - y) * std::exp(-z * z / 2) / prediction.deviation / 2.5066282746310002 * width;
            }
            const double log = logExpectedImprovement(prediction, best);
            QVERIFY2(std::abs(log - std::log(integral)) < 1e-5, qPrintable(QString::number(best)));
        }
        double before = 0;
        for (const double best : {-10.0, -20.0, -29.9, -30.1, -100.0, -1e4}) {
            const double log = logExpectedImprovement({0, 1}, best);
            QVERIFY(std::isfinite(log) && log < before);
            QVERIFY(std::abs(log + best * best / 2 + 0.9189385 + 2 * std::log(-best)) < 0.05);
            before = log;
        }
    }

    /// Of 2^k points each of 2^k equal parts of every axis holds one; another seed means other points.
    void sobolCoversEveryAxis()
    {
        for (const std::uint64_t seed : {1U, 2U}) {
            std::vector<std::set<int>> parts(8);
            // Boost leaves out the sequence's first point: a whole block begins at index 63.
            for (std::uint64_t i = 63; i < 127; ++i) {
                const std::vector<double> point = sobolPoint(8, i, seed);
                for (std::size_t k = 0; k < 8; ++k)
                    parts[k].insert(int(point[k] * 64));
            }
            for (const std::set<int>& axis : parts)
                QCOMPARE(axis.size(), 64U);
        }
        QVERIFY(sobolPoint(3, 5, 1) != sobolPoint(3, 5, 2));
        QVERIFY(sobolPoint(0, 5, 1).empty());
    }

    /// What exists together is a group, and a value that is rounded comes back as itself.
    void aSpaceIsAUnitCube()
    {
        Parameter child{"child", IntegerRange{1, 4, Scale::Linear, {}}, {}, {}};
        child.when = Condition{"kind", {Value(std::string("a"))}};
        const UnitSpace space(
            SearchSpace({{"kind", Choices{{Value(std::string("a")), Value(std::string("b"))}}, {}, {}},
                         child,
                         {"fixed", FixedValue{Value(std::int64_t(1))}, {}, {}},
                         {"step", FloatRange{0, 1, Scale::Linear, 0.25}, {}, {}}}));
        QCOMPARE(space.dimensions().size(), 3U);
        QCOMPARE(space.groups(), 2U);
        QCOMPARE(space.dimensions()[0].choices, 2U);
        QCOMPARE(space.dimensions()[1].grain, 0.25);
        QCOMPARE(space.dimensions()[2].grain, 0.2);
        const Configuration with = space.decode(std::vector{0.1, 0.9, 0.5});
        QCOMPARE(toJson(with), std::string(R"({"kind":"a","child":4,"fixed":1,"step":0.5})"));
        const Configuration without = space.decode(std::vector{0.9, 0.9, 0.5});
        QCOMPARE(toJson(without), std::string(R"({"kind":"b","fixed":1,"step":0.5})"));
        const std::vector<double> point = space.encode(without);
        QVERIFY(std::isnan(point[1]));
        QCOMPARE(toJson(space.decode(point)), toJson(without));
    }
};

QTEST_GUILESS_MAIN(TestGaussianProcess)
#include "tst_gaussian_process.moc"
