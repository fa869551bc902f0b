// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/learning_rate_sweep.h"

#include <QTest>

#include <random>

using namespace widthwise;

namespace {

/// Near u², but steeper for u > 0 by the skewness; its minimum is at 0.
double skewed(double u, double skewness)
{
    return skewness == 0 ? u * u : 2 * (std::exp(skewness * u) - skewness * u - 1) / (skewness * skewness);
}

struct Plan {
    double optimum = -10; ///< octaves, at width 32
    double drift = 0;     ///< octaves per doubling
    double curvature = 0.05;
    double noise = 0;
    int seeds = 1;
    double spacing = 1; ///< octaves
    std::vector<std::int64_t> widths{32};
    double skewness = 0;
};

/// Parabolas in log2(learning rate) on a grid from 2^-15 to 2^-5.
std::vector<SweepPoint> planted(const Plan& plan, unsigned generatorSeed = 1)
{
    std::mt19937 random(generatorSeed);
    std::normal_distribution<double> scatter(0, 1);
    std::vector<SweepPoint> points;
    for (const std::int64_t width : plan.widths) {
        const double best = plan.optimum + plan.drift * std::log2(static_cast<double>(width) / 32);
        for (double octave = -15; octave <= -5; octave += plan.spacing) {
            for (int seed = 1; seed <= plan.seeds; ++seed) {
                const double u = octave - best;
                points.push_back(
                    {"mup", width, std::exp2(octave), seed,
                     0.5 + plan.curvature * skewed(u, plan.skewness) + plan.noise * scatter(random)});
            }
        }
    }
    return points;
}

Optimum optimumOf(const std::vector<SweepPoint>& points)
{
    return sweepCurves(points).at(0).optimum.value();
}

/// Points of one seed at the learning rates 1, 2, 4, …
std::vector<SweepPoint> ofLosses(const std::vector<std::optional<double>>& losses)
{
    std::vector<SweepPoint> points;
    for (std::size_t i = 0; i < losses.size(); ++i)
        points.push_back({"sp", 64, std::exp2(i), 1, losses[i]});
    return points;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class TestLearningRateSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void averagesSeedsAndCountsDivergences()
    {
        const std::vector<SweepPoint> points{{"mup", 64, 0.1, 1, 3.0},          {"mup", 64, 0.01, 1, 1.0},
                                             {"mup", 64, 0.1, 2, std::nullopt}, {"mup", 64, 0.01, 2, 2.0},
                                             {"mup", 64, 0.1, 3, std::nan("")}, {"sp", 64, 0.1, 1, 1.0},
                                             {"mup", 32, 0.1, 1, 1.0}};
        const auto curves = sweepCurves(points);
        QCOMPARE(curves.size(), std::size_t{3});
        QCOMPARE(curves[0].width, std::int64_t{32});
        QCOMPARE(curves[2].parametrization, std::string("sp"));
        const auto& both = curves[1].points;
        QCOMPARE(both.size(), std::size_t{2});
        QCOMPARE(both[0].learningRate, 0.01);
        QCOMPARE(both[0].loss, 1.5);
        QVERIFY(near(both[0].standardError, 0.5));
        QCOMPARE(both[0].seeds, 2);
        QCOMPARE(both[1].loss, 3.0);
        QCOMPARE(both[1].seeds, 1);
        QCOMPARE(both[1].diverged, 2);
        QVERIFY(std::isnan(both[1].standardError));
    }

    void findsAPlantedOptimumWithoutNoise()
    {
        const Optimum optimum = optimumOf(planted({.optimum = -10.3}));
        QVERIFY(near(std::log2(optimum.learningRate.value), -10.3));
        QVERIFY(near(optimum.loss, 0.5));
        QVERIFY(!optimum.atEdge);
        QVERIFY(std::log2(optimum.learningRate.high / optimum.learningRate.low) < 1e-6);
    }

    void coversPlantedOptimaAtTheStatedRate_data()
    {
        QTest::addColumn<int>("seeds");
        QTest::addColumn<double>("spacing");
        QTest::addColumn<double>("noise");
        QTest::newRow("3 seeds, octaves") << 3 << 1.0 << 0.02;
        QTest::newRow("3 seeds, half octaves, noisy") << 3 << 0.5 << 0.04;
        QTest::newRow("2 seeds, two octaves") << 2 << 2.0 << 0.03;
        QTest::newRow("1 seed, octaves") << 1 << 1.0 << 0.01;
        QTest::newRow("1 seed, half octaves") << 1 << 0.5 << 0.02;
    }

    void coversPlantedOptimaAtTheStatedRate()
    {
        QFETCH(int, seeds);
        QFETCH(double, spacing);
        QFETCH(double, noise);
        int covered = 0;
        double octaves = 0;
        for (unsigned i = 0; i < 400; ++i) {
            const Plan plan{.optimum = -10.5 + i / 400.0, .noise = noise, .seeds = seeds, .spacing = spacing};
            const Estimate found = optimumOf(planted(plan, i)).learningRate;
            const double truth = std::exp2(plan.optimum);
            covered += found.low <= truth && truth <= found.high;
            octaves += std::min(8.0, std::log2(found.high / found.low) / 2) / 400;
        }
        const QString text =
            QStringLiteral("%1 of 400 covered, mean error %2 octaves").arg(covered).arg(octaves);
        QVERIFY2(covered >= 360 && covered <= 396, qPrintable(text));
        QVERIFY2(octaves < 1, qPrintable(text));
    }

    void coversPlantedDriftsAtTheStatedRate()
    {
        int covered = 0;
        for (unsigned i = 0; i < 400; ++i) {
            const Plan plan{.optimum = -9,
                            .drift = -1 + i / 400.0,
                            .noise = 0.02,
                            .seeds = 3,
                            .widths = {32, 64, 128, 256}};
            const Drift found = drifts(sweepCurves(planted(plan, i))).at(0);
            QCOMPARE(found.widths, 4);
            covered +=
                found.octavesPerDoubling.low <= plan.drift && plan.drift <= found.octavesPerDoubling.high;
        }
        QVERIFY2(covered >= 360 && covered <= 398, qPrintable(QString::number(covered)));
    }

    /// Loss rises faster beyond the optimum than before it: the vertex is shifted alike at every width.
    void coversDriftsOfSkewedCurves()
    {
        int coveredDrifts = 0;
        int coveredOptima = 0;
        for (unsigned i = 0; i < 200; ++i) {
            const Plan plan{.optimum = -9,
                            .drift = -1 + i / 200.0,
                            .noise = 0.005,
                            .seeds = 2,
                            .widths = {32, 64, 128, 256},
                            .skewness = 0.3};
            const auto curves = sweepCurves(planted(plan, i));
            const Estimate drift = drifts(curves).at(0).octavesPerDoubling;
            coveredDrifts += drift.low <= plan.drift && plan.drift <= drift.high;
            const Estimate& rate = curves[0].optimum->learningRate;
            coveredOptima += std::log2(rate.low) <= plan.optimum && plan.optimum <= std::log2(rate.high);
            QVERIFY(std::abs(std::log2(rate.value) - plan.optimum) < 0.5);
        }
        QVERIFY2(coveredDrifts >= 180, qPrintable(QString::number(coveredDrifts)));
        QVERIFY2(coveredOptima >= 140, qPrintable(QString::number(coveredOptima)));
    }

    void saysWhetherTheOptimumStays_data()
    {
        QTest::addColumn<double>("drift");
        QTest::addColumn<double>("noise");
        QTest::addColumn<int>("result");
        QTest::addColumn<QString>("words");
        QTest::newRow("stays") << 0.0 << 0.005 << int(DriftResult::Stays) << QStringLiteral("stays: ");
        QTest::newRow("stays, from below zero")
            << -0.003 << 0.0 << int(DriftResult::Stays) << QStringLiteral("stays: 0.00 ± 0.00 octaves");
        QTest::newRow("falls") << -0.7 << 0.005 << int(DriftResult::Moves)
                               << QStringLiteral("falls as the width");
        QTest::newRow("rises") << 0.6 << 0.005 << int(DriftResult::Moves)
                               << QStringLiteral("rises as the width");
        QTest::newRow("noise") << 0.0 << 0.15 << int(DriftResult::Unclear) << QStringLiteral("cannot be");
    }

    void saysWhetherTheOptimumStays()
    {
        QFETCH(double, drift);
        QFETCH(double, noise);
        QFETCH(int, result);
        QFETCH(QString, words);
        const Plan plan{.drift = drift, .noise = noise, .seeds = 3, .widths = {32, 64, 128, 256}};
        const Drift found = drifts(sweepCurves(planted(plan))).at(0);
        QCOMPARE(int(found.result), result);
        QVERIFY2(QString::fromStdString(found.sentence).contains(words), found.sentence.c_str());
        QVERIFY2(found.sentence.starts_with("Under μP "), found.sentence.c_str());
    }

    void tellsAMinimumAtTheEdge()
    {
        const Optimum last = optimumOf(ofLosses({5, 4, 3, 2}));
        QVERIFY(last.atEdge);
        QCOMPARE(last.learningRate.value, 8.0);
        QCOMPARE(last.learningRate.low, 4.0);
        QVERIFY(std::isinf(last.learningRate.high));
        const auto curves = sweepCurves(ofLosses({2, 3, 4, 5}));
        QVERIFY(curves[0].optimum->atEdge);
        QCOMPARE(curves[0].optimum->learningRate.low, 0.0);
        const Drift drift = drifts(curves).at(0);
        QVERIFY(!drift.octavesPerDoubling.isKnown());
        QCOMPARE(drift.sentence,
                 std::string("Under SP a drift cannot be told from fewer than two widths with an "
                             "optimum. Width 64 is best at the lowest learning rate: sweep lower "
                             "ones."));
    }

    void bracketsAMinimumBesideADivergence()
    {
        const Optimum optimum = optimumOf(ofLosses({5, 4, 3, std::nullopt, std::nullopt}));
        QVERIFY(!optimum.atEdge);
        QCOMPARE(optimum.learningRate.value, 4.0);
        QCOMPARE(optimum.learningRate.low, 2.0);
        QCOMPARE(optimum.learningRate.high, 8.0);
    }

    void takesNoOptimumWhereASeedDiverged()
    {
        auto points = ofLosses({5, 4, 4.5, 3, 6});
        points.push_back({"sp", 64, 8, 2, std::nullopt});
        const auto curves = sweepCurves(points);
        QCOMPARE(curves[0].points[3].diverged, 1);
        QVERIFY(curves[0].optimum->learningRate.value < 4);
        QVERIFY(!sweepCurves(ofLosses({std::nullopt, std::nullopt}))[0].optimum);
    }

    void bracketsThreePointsOfOneSeed()
    {
        const Optimum optimum = optimumOf(ofLosses({2, 1, 2}));
        QVERIFY(near(optimum.learningRate.value, 2));
        QCOMPARE(optimum.learningRate.low, 1.0);
        QCOMPARE(optimum.learningRate.high, 4.0);
        QVERIFY(optimumOf(ofLosses({2, 1})).atEdge);
        QVERIFY(optimumOf(ofLosses({2})).atEdge);
        QVERIFY(sweepCurves({}).empty());
    }

    void isNotLedAstrayByACliff()
    {
        const Optimum optimum = optimumOf(ofLosses({0.66, 0.60, 0.55, 0.53, 0.54, 9.0}));
        QVERIFY(std::abs(std::log2(optimum.learningRate.value) - 3) < 0.5);
        QVERIFY(!optimum.atEdge);
    }

    void boundsNoOptimumOfAFlatCurve()
    {
        const auto curves =
            sweepCurves(planted({.curvature = 0, .noise = 0.02, .seeds = 3, .widths = {32, 64}}, 7));
        for (const SweepCurve& curve : curves) {
            const Optimum& optimum = curve.optimum.value();
            QVERIFY(optimum.atEdge || !optimum.learningRate.isBounded() ||
                    std::log2(optimum.learningRate.high / optimum.learningRate.low) > 1);
        }
        const Drift drift = drifts(curves).at(0);
        QVERIFY(drift.result == DriftResult::Unclear);
        QVERIFY2(!drift.sentence.empty(), drift.sentence.c_str());
    }

    void doesNotMindUnevenLearningRates()
    {
        std::vector<SweepPoint> points;
        for (const double octave : {-4.0, -3.7, -2.1, -1.9, -0.4, 0.3, 1.0})
            points.push_back({"mup", 64, std::exp2(octave), 1, 1 + 0.1 * (octave + 1.5) * (octave + 1.5)});
        QVERIFY(near(std::log2(optimumOf(points).learningRate.value), -1.5));
    }
};

QTEST_APPLESS_MAIN(TestLearningRateSweep)
#include "tst_learning_rate_sweep.moc"
