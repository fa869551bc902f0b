// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/discriminants.h"

#include <QTest>

#include <cmath>
#include <random>
#include <stdexcept>

using namespace widthwise;

namespace {

const std::vector<std::string> fourClasses{"bjets", "cjets", "ujets", "taujets"};

bool near(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

std::vector<double> normal(double mean, std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> distribution(mean, 1);
    std::vector<double> values(count);
    std::ranges::generate(values, [&] { return distribution(random); });
    return values;
}

/// The part of a normal distribution above x.
double above(double x)
{
    return std::erfc(x / std::sqrt(2)) / 2;
}

} // namespace

class TestDiscriminants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesFlavoursAsPumaDoes()
    {
        QCOMPARE(flavourStem("bjets"), std::string("b"));
        QCOMPARE(flavourStem("taujets"), std::string("tau"));
        QCOMPARE(flavourStem("hbb"), std::string("hbb"));
    }

    void fillsFractionsUpWithLightJets()
    {
        const auto b = flavourFractions(fourClasses, "bjets");
        QVERIFY(b[0] == 0 && b[1] == 0.2 && near(b[2], 0.75) && b[3] == 0.05);
        const auto c = flavourFractions(fourClasses, "cjets");
        QVERIFY(c[0] == 0.3 && c[1] == 0 && near(c[2], 0.69) && c[3] == 0.01);
        const auto three = flavourFractions({"bjets", "cjets", "ujets"}, "bjets", {{"cjets", 0.018}});
        QVERIFY(three[1] == 0.018 && near(three[2], 0.982));
        const auto noLight = flavourFractions({"bjets", "cjets", "taujets"}, "bjets");
        QVERIFY(near(noLight[1], 0.8) && near(noLight[2], 0.2));
        const auto light = flavourFractions({"bjets", "cjets", "ujets"}, "ujets");
        QVERIFY(near(light[0], 0.5) && near(light[1], 0.5) && light[2] == 0);
        QVERIFY(near(flavourFractions({"bjets", "ujets"}, "bjets", {{"taujets", 0}})[1], 1));
    }

    void refusesFractionsThatMakeNoSense()
    {
        const std::vector<std::string> three{"bjets", "cjets", "ujets"};
        const auto refused = [&](const std::string& signal, const std::map<std::string, double>& given) {
            try {
                flavourFractions(three, signal, given);
            } catch (const std::invalid_argument& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QCOMPARE(refused("bjets", {{"taujets", 0.1}}),
                 std::string("ftau: taujets is no background of bjets in this model"));
        QCOMPARE(refused("bjets", {{"bjets", 0.1}}),
                 std::string("fb: bjets is no background of bjets in this model"));
        QCOMPARE(refused("bjets", {{"cjets", -0.1}}), std::string("fc must not be below 0"));
        QCOMPARE(refused("bjets", {{"cjets", 1.1}}),
                 std::string("the fractions of a discriminant add up to more than 1"));
        QCOMPARE(refused("taujets", {}), std::string("there is no class taujets to discriminate"));
    }

    void givesTheDiscriminantOfHand()
    {
        const std::vector<float> probabilities{0.5F, 0.25F, 0.25F, 0, 0, 0, 1, 0};
        const std::vector<double> fractions{0, 0.2, 0.75, 0.05};
        const auto values = discriminants(probabilities, 0, fractions);
        QCOMPARE(values.size(), std::size_t{2});
        QVERIFY(near(values[0], std::log((0.5 + 1e-10) / (0.2375 + 1e-10))));
        QVERIFY(near(values[1], std::log(1e-10 / (0.75 + 1e-10))));
        // All equal: D = 0, as in the example of puma's calc_disc.
        const std::vector<float> equal(3, 1);
        QVERIFY(near(discriminants(equal, 0, std::vector<double>{0, 0.5, 0.5})[0], 0));
    }

    void cutsAtTheWeightedQuantile()
    {
        const std::vector<double> values{4, 0, 3, 1, 2};
        QVERIFY(near(workingPointCut(values, 0.5), 2));
        QVERIFY(near(workingPointCut(values, 0.625), 1.5));
        QVERIFY(near(workingPointCut(values, 1), 0));
        QVERIFY(near(workingPointCut(values, 0), 4));
        // Middles of the weights 1, 2, 1 are 0.5, 2, 3.5: the quantile at ¼ lies at 1.25, half way to the
        // second.
        const std::vector<double> weighted{0, 10, 20};
        const std::vector<double> weights{1, 2, 1};
        QVERIFY(near(workingPointCut(weighted, 0.75, weights), 5));
        QVERIFY(std::isnan(workingPointCut({}, 0.7)));
    }

    void givesEfficienciesWithBinomialErrors()
    {
        const std::vector<double> values{1, 2, 3, 4};
        const Measured quarter = efficiencyAbove(values, 4);
        QVERIFY(near(quarter.value, 0.25));
        QVERIFY(near(quarter.error, std::sqrt(0.25 * 0.75 / 4)));
        const Measured rejection = rejectionOf(quarter);
        QVERIFY(near(rejection.value, 4));
        QVERIFY(near(rejection.error, 16 * quarter.error));
        // Weights 1, 1, 2: N = 16/6.
        const Measured weighted =
            efficiencyAbove(std::vector<double>{1, 2, 3}, 3, std::vector<double>{1, 1, 2});
        QVERIFY(near(weighted.value, 0.5));
        QVERIFY(near(weighted.error, std::sqrt(0.25 * 6 / 16)));
        QVERIFY(std::isinf(rejectionOf(efficiencyAbove(values, 5)).value));
        QVERIFY(std::isnan(efficiencyAbove({}, 0).value));
    }

    /// Signal and background are normal with means 1 and −1: the rejection at any efficiency is known.
    void findsThePlantedRejectionWithinItsError()
    {
        int within = 0;
        for (unsigned seed = 0; seed < 200; ++seed) {
            const auto signal = normal(1, 4000, 2 * seed);
            const auto background = normal(-1, 1000, 2 * seed + 1);
            const Measured found = rejectionOf(efficiencyAbove(background, workingPointCut(signal, 0.7)));
            const double truth = 1 / above(-0.5244005127 + 2); // 70 % of the signal lie above 1 − 0.524
            within += std::abs(found.value - truth) < found.error;
        }
        // 68 % ± 3.3 %, less a little for the scatter of the cut.
        QVERIFY2(within >= 110 && within <= 156, qPrintable(QString::number(within)));
    }

    void takesASampleApartByTrueClass()
    {
        // D_b grows with p_b; classes b and u; b jets at .9 .8 .7 .6, u jets at .65 .3 .2 .1.
        std::vector<float> probabilities;
        std::vector<std::int64_t> labels;
        for (const float p : {0.9F, 0.8F, 0.7F, 0.6F, 0.65F, 0.3F, 0.2F, 0.1F}) {
            labels.push_back(probabilities.size() < 8 ? 0 : 1);
            probabilities.insert(probabilities.end(), {p, 1 - p});
        }
        const TaggerPerformance performance(probabilities, labels, 0, std::vector<double>{0, 1});
        QCOMPARE(performance.jets(0), std::size_t{4});
        QVERIFY(near(performance.cut(1), std::log(0.6 / 0.4), 1e-6));
        QVERIFY(near(performance.rejection(1, 1).value, 4));
        QVERIFY(std::isinf(performance.rejection(0.5, 1).value));
        const auto matrix = confusionMatrix(probabilities, labels, 2);
        QVERIFY((matrix == std::vector<std::vector<std::size_t>>{{4, 0}, {1, 3}}));
    }
};

QTEST_APPLESS_MAIN(TestDiscriminants)
#include "tst_discriminants.moc"
