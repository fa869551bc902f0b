// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/coordinate_check.h"

#include <QTest>

#include <map>

using namespace widthwise;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The slope of each layer at t = 1, 2, … with an error of 0.03 each.
std::vector<LayerSlope> slopesOf(const std::vector<std::pair<std::string, std::vector<double>>>& layers,
                                 double error = 0.03)
{
    std::vector<LayerSlope> slopes;
    for (const auto& [layer, values] : layers) {
        std::int64_t t = 0;
        for (const double value : values) {
            ++t;
            slopes.push_back({"mup", layer, t, {value, value - error, value + error}, 5, 25, t >= 3, 32, 0});
        }
    }
    return slopes;
}

CheckVerdict only(const std::vector<LayerSlope>& slopes)
{
    return checkVerdicts(slopes).at(0);
}

} // namespace

class TestCheckVerdict : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The slopes of method-and-physics: measured on a perceptron under SP, μP and μP without its
    /// multipliers.
    void tellsTheMeasuredPatterns_data()
    {
        QTest::addColumn<QList<double>>("hidden");
        QTest::addColumn<QList<double>>("readout");
        QTest::addColumn<int>("result");
        QTest::addColumn<QString>("cause");
        QTest::newRow("μP") << QList<double>{0.01, 0.01, 0.02, 0.02, 0.02}
                            << QList<double>{-0.53, -0.17, -0.05, 0, 0.02} << int(CheckResult::Holds)
                            << QString();
        QTest::newRow("SP") << QList<double>{0.01, 0.34, 0.4, 0.5, 0.61}
                            << QList<double>{-0.03, 1.29, 1.1, 0.9, 0.8} << int(CheckResult::Fails)
                            << QStringLiteral("standard parametrization");
        QTest::newRow("multipliers lost")
            << QList<double>{0.01, 0.29, 0.4, 0.45, 0.51} << QList<double>{-0.53, 0.56, 0.5, 0.4, 0.37}
            << int(CheckResult::Fails) << QStringLiteral("multipliers are lost");
        QTest::newRow("multipliers lost, readout from zero")
            << QList<double>{0.01, 0.29, 0.4, 0.45, 0.51} << QList<double>{unknown, 0.02, 0.3, 0.4, 0.37}
            << int(CheckResult::Fails) << QStringLiteral("multipliers are lost");
        QTest::newRow("SP, readout from zero")
            << QList<double>{0.01, 0.01, 0.2, 0.3, 0.4} << QList<double>{unknown, 0.97, 0.99, 0.9, 0.9}
            << int(CheckResult::Fails) << QStringLiteral("standard parametrization");
        QTest::newRow("initial values")
            << QList<double>{0.5, 0.5, 0.5, 0.5, 0.5} << QList<double>{0, 0.2, 0.3, 0.3, 0.3}
            << int(CheckResult::Fails) << QStringLiteral("initial values are wrong");
        QTest::newRow("no readout multiplier")
            << QList<double>{0.01, 0.02, 0.02, 0.02, 0.02} << QList<double>{0, 1, 0.9, 0.8, 0.8}
            << int(CheckResult::Fails) << QStringLiteral("MuReadout");
        QTest::newRow("initial readout remains")
            << QList<double>{0.01, 0.02, 0.02, 0.02, 0.02} << QList<double>{-0.5, -0.45, -0.4, -0.35, -0.3}
            << int(CheckResult::Unclear) << QStringLiteral("start the readout and the queries at zero");
        QTest::newRow("readout divided twice")
            << QList<double>{0.01, 0.02, 0.02, 0.02, 0.02} << QList<double>{-0.5, -0.8, -0.9, -1, -1}
            << int(CheckResult::Fails) << QStringLiteral("more than once");
        QTest::newRow("between the limits")
            << QList<double>{0.01, 0.05, 0.1, 0.15, 0.18} << QList<double>{-0.5, 0, 0, 0, 0}
            << int(CheckResult::Unclear) << QStringLiteral("more seeds");
        QTest::newRow("no third step") << QList<double>{0.01, 0.34} << QList<double>{0, 1.3}
                                       << int(CheckResult::Incomplete) << QStringLiteral("three steps");
    }

    void tellsTheMeasuredPatterns()
    {
        QFETCH(QList<double>, hidden);
        QFETCH(QList<double>, readout);
        QFETCH(int, result);
        QFETCH(QString, cause);
        const CheckVerdict verdict = only(slopesOf({{"hidden.0", {hidden.begin(), hidden.end()}},
                                                    {"hidden.1", {hidden.begin(), hidden.end()}},
                                                    {"readout", {readout.begin(), readout.end()}}}));
        QCOMPARE(int(verdict.result), result);
        QVERIFY2(QString::fromStdString(verdict.cause).contains(cause), verdict.cause.c_str());
        QCOMPARE(verdict.cause.empty(), cause.isEmpty());
        QVERIFY(!verdict.sentence.empty());
    }

    void namesTheLayerThatGrowsWithItsSlope()
    {
        const CheckVerdict verdict = only(slopesOf({{"hidden.0", {0, 0, 0.02, 0.01, 0.02}},
                                                    {"hidden.1", {0, 0.2, 0.3, 0.5, 0.61}},
                                                    {"readout", {-0.5, 0.1, 0.1, 0.2, 0.3}}}));
        QCOMPARE(verdict.layer, std::string("hidden.1"));
        QCOMPARE(verdict.t, std::int64_t{5});
        QCOMPARE(verdict.slope.value, 0.61);
        QCOMPARE(verdict.sentence,
                 std::string("The output of hidden.1 grows with the width (slope 0.61 ± 0.03 at t = 5)."));
    }

    void tellsAnAttentionThatIsScaledAsInSp()
    {
        const CheckVerdict verdict = only(slopesOf({{"encoder.0.attention.qkv", {0, 0, 0.01, 0.02, 0.02}},
                                                    {"encoder.0.attention.logits", {0, 0.2, 0.4, 0.45, 0.5}},
                                                    {"encoder.readout", {-0.5, 0, 0.02, 0.02, 0.02}}}));
        QVERIFY(verdict.result == CheckResult::Fails);
        QCOMPARE(verdict.layer, std::string("encoder.0.attention.logits"));
        QVERIFY2(verdict.cause.find("1/√d") != std::string::npos, verdict.cause.c_str());
        QVERIFY2(verdict.sentence.starts_with("Query·key"), verdict.sentence.c_str());
    }

    /// A layer without a width of its own, behind a readout that holds, scatters by chance.
    void doesNotBlameWhatIsFedByWhatHolds()
    {
        auto slopes = slopesOf({{"encoder.0.attention.out", {0, 0, 0, 0.02}},
                                {"encoder.readout", {-0.5, 0, 0.02, 0.02}},
                                {"pool.gate", {-0.5, 0, 0.2, 0.3}}});
        QVERIFY(only(slopes).result == CheckResult::Unclear);
        QVERIFY2(only(slopes).cause.find("chance") != std::string::npos, only(slopes).cause.c_str());
        slopes[7].slope = {0.3, 0.27, 0.33}; // the readout at t = 4
        QVERIFY(only(slopes).result == CheckResult::Fails);
    }

    void failsForADefectBesideARemainder()
    {
        const CheckVerdict verdict = only(
            slopesOf({{"hidden.1", {0, 0.2, 0.3, 0.3, 0.3}}, {"readout", {-0.6, -0.55, -0.5, -0.45, -0.4}}}));
        QVERIFY(verdict.result == CheckResult::Fails);
        QCOMPARE(verdict.layer, std::string("hidden.1"));
    }

    void failsWhereOnlyWideModelsDiverge()
    {
        auto slopes = slopesOf({{"hidden.1", {0, 0, 0.01, 0.02}}, {"readout", {-0.5, 0, 0, 0}}});
        for (LayerSlope& slope : slopes)
            slope.divergedAt = slope.t >= 3 ? 256 : 0;
        const CheckVerdict verdict = only(slopes);
        QVERIFY(verdict.result == CheckResult::Fails);
        QCOMPARE(verdict.divergedAt, std::int64_t{256});
        QVERIFY2(verdict.sentence.starts_with("Width 256 diverged, narrower ones did not"),
                 verdict.sentence.c_str());
    }

    void blamesTheRateWhereEveryWidthDiverges()
    {
        auto slopes =
            slopesOf({{"hidden.1", {0, 0, unknown, unknown}}, {"readout", {-0.5, 0, unknown, unknown}}});
        for (LayerSlope& slope : slopes) {
            slope.divergedAt = slope.t >= 3 ? 32 : 0;
            slope.narrowest = slope.t >= 3 ? 0 : 32;
        }
        const CheckVerdict verdict = only(slopes);
        QVERIFY(verdict.result == CheckResult::Unclear);
        QVERIFY2(verdict.cause.find("tenth") != std::string::npos, verdict.cause.c_str());
    }

    void doesNotTrustAWideInterval()
    {
        QVERIFY(only(slopesOf({{"hidden.1", {0, 0, 0.05, 0.05}}}, 0.5)).result == CheckResult::Unclear);
        QVERIFY(only(slopesOf({{"hidden.1", {0, 0, 0.4, 0.4}}}, 0.5)).result == CheckResult::Unclear);
        const double unbounded = std::numeric_limits<double>::infinity();
        const CheckVerdict verdict = only(slopesOf({{"hidden.1", {0, 0, 0, 0}}}, unbounded));
        QVERIFY(verdict.result == CheckResult::Unclear);
        QVERIFY2(verdict.cause.find("Two trials") != std::string::npos, verdict.cause.c_str());
    }

    void givesOneVerdictPerParametrizationAndNoneForNothing()
    {
        QVERIFY(checkVerdicts({}).empty());
        auto slopes = slopesOf({{"hidden.1", {0, 0.3, 0.5}}});
        auto correct = slopesOf({{"hidden.1", {0, 0, 0}}});
        for (LayerSlope& slope : slopes)
            slope.parametrization = "sp";
        slopes.insert(slopes.end(), correct.begin(), correct.end());
        const auto verdicts = checkVerdicts(slopes);
        QCOMPARE(verdicts.size(), std::size_t{2});
        QCOMPARE(verdicts[0].parametrization, std::string("sp"));
        QVERIFY(verdicts[0].cause.starts_with("That is what the standard parametrization does"));
        QVERIFY(verdicts[0].result == CheckResult::Fails);
        QVERIFY(verdicts[1].result == CheckResult::Holds);
    }

    /// Measured on correct GN2 with 8 heads at widths 32 to 512.
    void queryKeyMayShrinkByChance()
    {
        const std::vector<double> hidden{0, 0, 0.02, 0.02};
        const auto verdict = [&](double queryKey) {
            return only(slopesOf({{"encoder.0.attention.qkv", hidden},
                                  {"encoder.0.attention.logits", {-0.5, -0.5, queryKey, queryKey}}}));
        };
        QCOMPARE(verdict(-0.52).result, CheckResult::Holds); // 0.03 is its error
        QCOMPARE(verdict(-0.3).result, CheckResult::Holds);
        QCOMPARE(verdict(-0.9).result, CheckResult::Fails);
        QCOMPARE(verdict(0.5).result, CheckResult::Fails);
    }

    void whatIsBehindAReadoutThatHoldsMayScatter()
    {
        auto slopes = slopesOf({{"encoder.readout", {0, 0, 0.03}}, {"jets.logits", {0, 0, 0.05}}});
        const auto scattered = slopesOf({{"pool.gate", {0, 0, -0.28}}}, 0.4);
        slopes.insert(slopes.end(), scattered.begin(), scattered.end());
        QCOMPARE(only(slopes).result, CheckResult::Holds);
        QCOMPARE(resultOf(slopes.back(), slopes), CheckResult::Incomplete);
        slopes[2].slope = {0.2, 0.17, 0.23}; // the readout itself
        QCOMPARE(only(slopes).result, CheckResult::Unclear);
    }

    void everySlopeIsJudgedByItself()
    {
        std::vector<LayerSlope> slopes = slopesOf(
            {{"hidden.0", {0.6, 0.6, 0.02}}, {"hidden.1", {0, 0, 0.17}}, {"readout", {-0.5, -0.5, -0.4}}});
        slopes.push_back({"sp", "readout", 3, {-0.4, -0.43, -0.37}, 5, 25, true, 32, 0});
        slopes.push_back({"sp", "readout", 4, {}, 1, 5, true, 32, 0});
        const auto result = [&](std::size_t i) { return resultOf(slopes[i], slopes); };
        QCOMPARE(result(0), CheckResult::Incomplete); // t = 1
        QCOMPARE(result(2), CheckResult::Holds);
        QCOMPARE(result(5), CheckResult::Unclear);
        QCOMPARE(result(8), CheckResult::Unclear); // it began there
        QCOMPARE(result(9), CheckResult::Fails);   // this one did not
        QCOMPARE(result(10), CheckResult::Incomplete);
    }
};

QTEST_APPLESS_MAIN(TestCheckVerdict)
#include "tst_check_verdict.moc"
