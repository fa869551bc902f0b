// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/coordinate_check.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace widthwise;

namespace {

constexpr double zero = std::numeric_limits<double>::quiet_NaN(); ///< for a layer without output

/// The slope of each layer at t = 1, 2, …
using Pattern = std::vector<std::pair<std::string, std::vector<double>>>;

struct Design {
    std::vector<std::int64_t> widths{32, 64, 128, 256, 512};
    int seeds = 5;
    double scatter = 0;   ///< of log2(l1) of a trial, from its initial values and so at all steps
    double change = 0.07; ///< of log2(l1) by t = 2
    unsigned generatorSeed = 1;
};

CheckRecords planted(const Pattern& layers, const Design& design = {})
{
    std::mt19937 random(design.generatorSeed);
    std::normal_distribution<double> normal(0, 1);
    CheckRecords records;
    records.model = {.headsGrow = true, .readoutBias = false};
    for (const auto& [layer, slopes] : layers)
        for (int seed = 1; seed <= design.seeds; ++seed)
            for (const std::int64_t width : design.widths) {
                const double scatter = design.scatter * normal(random);
                for (std::size_t t = 0; t < slopes.size(); ++t) {
                    const double log2 = slopes[t] * std::log2(static_cast<double>(width)) + scatter +
                                        (t > 0 ? design.change : 0);
                    records.coordinates.push_back({"mup", width, seed, static_cast<std::int64_t>(t) + 1,
                                                   layer, std::isnan(log2) ? 0 : std::exp2(log2)});
                }
            }
    return records;
}

CheckVerdict only(const CheckRecords& records)
{
    return analyze(records).verdicts.at(0);
}

CheckVerdict only(const Pattern& layers, const Design& design = {})
{
    return only(planted(layers, design));
}

const std::vector<double> flat{0, 0, 0, 0, 0, 0};
const std::vector<double> fromZero{zero, 0, 0, 0, 0, 0};

/// A correct model of `count` hidden layers, and a readout.
Pattern correct(int count)
{
    Pattern layers{{"encoder.0.attention.logits", {-0.5, -0.5, -0.5, -0.45, -0.4, -0.4}},
                   {"readout", fromZero}};
    for (int layer = 0; layer < count; ++layer)
        layers.emplace_back("hidden." + std::to_string(layer), flat);
    return layers;
}

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
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
        const auto row = [](const char* name, const QList<double>& hidden, const QList<double>& readout,
                            CheckResult result, const char* cause) {
            QTest::newRow(name) << hidden << readout << int(result) << QString::fromUtf8(cause);
        };
        using enum CheckResult;
        row("μP", {0.01, 0.01, 0.02, 0.02, 0.02}, {-0.53, -0.17, -0.05, 0, 0.02}, Holds, "");
        row("SP", {0.01, 0.34, 0.4, 0.5, 0.61}, {-0.03, 1.29, 1.1, 0.9, 0.8}, Fails,
            "standard parametrization");
        row("multipliers lost", {0.01, 0.29, 0.4, 0.45, 0.51}, {-0.53, 0.56, 0.5, 0.4, 0.37}, Fails,
            "multipliers are lost");
        row("multipliers lost, the readout first", {0.01, 0.15, 0.19, 0.3, 0.4},
            {-0.53, 0.56, 0.5, 0.4, 0.37}, Fails, "multipliers are lost");
        row("multipliers lost, readout from zero", {0.01, 0.29, 0.4, 0.45, 0.51},
            {zero, 0.02, 0.3, 0.4, 0.37}, Fails, "multipliers are lost");
        row("SP, readout from zero", {0.01, 0.01, 0.2, 0.3, 0.4}, {zero, 0.97, 0.99, 0.9, 0.9}, Fails,
            "standard parametrization");
        row("initial values", {0.5, 0.5, 0.5, 0.5, 0.5}, {0, 0.2, 0.3, 0.3, 0.3}, Fails,
            "initial values are wrong");
        row("no readout multiplier", {0.01, 0.02, 0.02, 0.02, 0.02}, {0, 1, 0.9, 0.8, 0.8}, Fails,
            "MuReadout");
        row("initial readout as in SP", {0.01, 0.02, 0.02, 0.02, 0.02}, {0, 0, 0.1, 0.15, 0.15}, Fails,
            "in table 3 its initial values");
        row("initial readout remains", {0.01, 0.02, 0.02, 0.02, 0.02}, {-0.5, -0.45, -0.4, -0.35, -0.3},
            Unclear, "start the readout at zero");
        row("readout divided twice", {0.01, 0.02, 0.02, 0.02, 0.02}, {-0.5, -0.8, -0.9, -1, -1}, Fails,
            "more than once");
        row("initial readout divided twice", {0.01, 0.02, 0.02, 0.02, 0.02}, {-1, -0.6, -0.4, -0.2, -0.1},
            Fails, "more than once");
        row("between the limits", {0.01, 0.05, 0.1, 0.15, 0.18}, {-0.5, 0, 0, 0, 0}, Unclear, "more seeds");
        row("no third step", {0.01, 0.34}, {0, 1.3}, Fails, "standard parametrization");
        row("no third step of what holds", {0.01, 0.01}, {-0.5, -0.2}, Incomplete, "three steps");
    }

    void tellsTheMeasuredPatterns()
    {
        QFETCH(QList<double>, hidden);
        QFETCH(QList<double>, readout);
        QFETCH(int, result);
        QFETCH(QString, cause);
        const CheckVerdict verdict = only({{"hidden.0", {hidden.begin(), hidden.end()}},
                                           {"hidden.1", {hidden.begin(), hidden.end()}},
                                           {"readout", {readout.begin(), readout.end()}}});
        QVERIFY2(int(verdict.result) == result, verdict.sentence.c_str());
        QVERIFY2(QString::fromStdString(verdict.cause).contains(cause), verdict.cause.c_str());
        QCOMPARE(verdict.cause.empty(), cause.isEmpty());
        QVERIFY(!verdict.sentence.empty());
    }

    void namesTheFirstLayerOfTheFirstStepThatFails()
    {
        const CheckVerdict verdict = only({{"hidden.0", {0, 0, 0.02, 0.01, 0.02}},
                                           {"hidden.1", {0, 0.15, 0.3, 0.5, 0.61}},
                                           {"hidden.2", {0, 0.15, 0.4, 0.5, 0.7}},
                                           {"readout", {-0.5, 0.1, 0.1, 0.2, 0.3}}});
        QCOMPARE(verdict.layer, std::string("hidden.1"));
        QCOMPARE(verdict.t, std::int64_t{3});
        QVERIFY(std::abs(verdict.slope.value - 0.3) < 1e-9);
        QCOMPARE(verdict.sentence,
                 std::string("The output of hidden.1 grows with the width (slope 0.30 ± 0.00 at t = 3)."));
    }

    /// As recorded with the heads of a model of W 32 … 512: what 1/√d gives, and 1/d.
    void judgesTheInitialAttention_data()
    {
        QTest::addColumn<QList<double>>("initial");
        QTest::addColumn<int>("heads"); // 1: they grow; 0: they do not; -1: not known
        QTest::addColumn<int>("result");
        QTest::newRow("1/√d") << QList<double>{-0.02, 0.04} << 1 << int(CheckResult::Fails);
        QTest::newRow("1/d") << QList<double>{-0.54, -0.39} << 1 << int(CheckResult::Holds);
        QTest::newRow("heads of one width") << QList<double>{-0.02, 0.04} << 0 << int(CheckResult::Holds);
        QTest::newRow("1/d² and heads of one width")
            << QList<double>{-0.5, -0.5} << 0 << int(CheckResult::Fails);
        QTest::newRow("not known how heads grow")
            << QList<double>{-0.02, 0.04} << -1 << int(CheckResult::Holds);
    }

    void judgesTheInitialAttention()
    {
        QFETCH(QList<double>, initial);
        QFETCH(int, heads);
        QFETCH(int, result);
        Pattern layers{{"encoder.0.attention.qkv", flat}, {"encoder.readout", fromZero}};
        for (int i = 0; i < 2; ++i)
            layers.emplace_back("encoder." + std::to_string(i) + ".attention.logits",
                                std::vector<double>(6, initial[i]));
        CheckRecords records = planted(layers, {.scatter = 0.1});
        records.model.headsGrow = heads < 0 ? std::nullopt : std::optional(heads == 1);
        const CheckVerdict verdict = only(records);
        QVERIFY2(int(verdict.result) == result, (verdict.sentence + verdict.cause).c_str());
        QCOMPARE(contains(verdict.cause, "right where heads keep their width"), heads < 0);
        if (verdict.result == CheckResult::Fails) {
            QCOMPARE(verdict.layer, std::string("encoder.0.attention.logits"));
            QCOMPARE(verdict.t, std::int64_t{1});
            QVERIFY2(contains(verdict.cause, "1/√d"), verdict.cause.c_str());
            QVERIFY2(verdict.sentence.starts_with("Query·key"), verdict.sentence.c_str());
        }
    }

    /// An attention slope of −.58 ± .07 is −½ and chance.
    void theInitialSlopeOfAttentionMayRemain()
    {
        const auto verdict = [](double queryKey) {
            return only({{"encoder.0.attention.qkv", flat},
                         {"encoder.0.attention.logits", {-0.5, -0.5, queryKey, queryKey, queryKey, queryKey}},
                         {"readout", fromZero}},
                        {.scatter = 0.1});
        };
        const CheckVerdict kept = verdict(-0.58);
        QVERIFY2(kept.result == CheckResult::Holds, kept.sentence.c_str());
        QCOMPARE(verdict(-0.3).result, CheckResult::Holds);
        QCOMPARE(verdict(-1).result, CheckResult::Fails);
        QCOMPARE(verdict(0.5).result, CheckResult::Fails);
    }

    /// Whatever its slopes are, a check in which nothing moves has tested nothing.
    void wantsLayersToMove()
    {
        const CheckVerdict still = only(correct(3), {.change = 0.005});
        QCOMPARE(still.result, CheckResult::Unclear);
        QCOMPARE(still.reason, CheckReason::NotMoved);
        QVERIFY2(contains(still.sentence, "Nothing was tested") &&
                     contains(still.cause, "higher learning rate"),
                 (still.sentence + still.cause).c_str());
        QCOMPARE(only(correct(3), {.change = 0.05}).result, CheckResult::Holds);
    }

    /// Nor has one in which, beside that, an initial slope is neither here nor there.
    void wantsLayersToMoveFirst()
    {
        const auto verdict = [](double change) {
            CheckRecords records = planted({{"encoder.0.attention.qkv", flat},
                                            {"encoder.0.attention.logits", std::vector<double>(6, -0.305)},
                                            {"readout", fromZero}},
                                           {.scatter = 0.05, .change = change});
            records.model.headsGrow = true;
            return only(records);
        };
        QCOMPARE(verdict(0.005).reason, CheckReason::NotMoved);
        QCOMPARE(verdict(0.05).reason, CheckReason::BetweenLimits);
    }

    /// Lost multipliers at a low rate: no slope is beyond the band, yet wide layers change more than narrow
    /// ones.
    void wantsLayersOfEveryWidthToMoveAlike()
    {
        CheckRecords records = planted(correct(3), {.change = 0});
        for (CoordinateRecord& record : records.coordinates)
            if (record.layer.starts_with("hidden") && record.t > 1)
                record.l1 *= std::exp2(0.01 * static_cast<double>(record.width) / 32);
        const CheckVerdict verdict = only(records);
        QCOMPARE(verdict.result, CheckResult::Unclear);
        QCOMPARE(verdict.reason, CheckReason::Movement);
        QVERIFY(std::abs(verdict.movementGrowth.value - 1) < 1e-6);
    }

    /// A program may record every tenth step only.
    void judgesWhatWasNotRecordedFromTheStart()
    {
        CheckRecords records = planted(correct(3), {.scatter = 0.02});
        std::erase_if(records.coordinates, [](const CoordinateRecord& record) { return record.t == 1; });
        for (CoordinateRecord& record : records.coordinates) {
            record.l1 *= std::exp2(0.05 * static_cast<double>(record.t));
            record.t *= 10;
        }
        const CheckVerdict verdict = only(records);
        QVERIFY2(verdict.result == CheckResult::Holds, verdict.sentence.c_str());
    }

    void wantsThreeWidths()
    {
        for (const double slope : {0.0, 0.6}) {
            Pattern layers = correct(3);
            layers.back().second = {0, slope, slope, slope, slope, slope};
            const CheckVerdict verdict = only(layers, {.widths = {64, 256}, .seeds = 2, .scatter = 0.02});
            QCOMPARE(verdict.result, CheckResult::TooLittle);
            QVERIFY2(contains(verdict.cause, "three widths"), verdict.cause.c_str());
        }
        QCOMPARE(only(correct(3), {.widths = {64, 128, 256}, .seeds = 3, .scatter = 0.02}).result,
                 CheckResult::Holds);
    }

    void saysHowManySeedsWouldTell()
    {
        const CheckVerdict verdict = only(correct(3), {.widths = {32, 64, 128}, .seeds = 2, .scatter = 0.3});
        QCOMPARE(verdict.result, CheckResult::TooLittle);
        QVERIFY2(contains(verdict.sentence, "has to be known to ± 0.2"), verdict.sentence.c_str());
        QVERIFY2(contains(verdict.cause, "seeds in place of 2"), verdict.cause.c_str());
    }

    void doesNotTrustSlopesWithoutAnError()
    {
        const CheckVerdict verdict = only(correct(1), {.widths = {32, 128, 512}, .seeds = 1, .scatter = 0.3});
        QCOMPARE(verdict.result, CheckResult::TooLittle);
    }

    /// Of 12 layers at 10 steps some slope always looks steep: at most 2 % of the checks may fail for it.
    void correctModelsFailRarely_data()
    {
        QTest::addColumn<int>("widths");
        QTest::addColumn<int>("seeds");
        for (const int widths : {2, 3, 5})
            for (const int seeds : {1, 2, 5})
                QTest::addRow("%d widths, %d seeds", widths, seeds) << widths << seeds;
    }

    void correctModelsFailRarely()
    {
        QFETCH(int, widths);
        QFETCH(int, seeds);
        Pattern layers = correct(12);
        for (auto& [layer, slopes] : layers)
            slopes.resize(10, slopes.back());
        const std::vector<std::int64_t> all{32, 64, 128, 256, 512};
        int failed = 0;
        for (unsigned i = 1; i <= 100; ++i)
            failed += only(layers, {.widths = {all.begin(), all.begin() + widths},
                                    .seeds = seeds,
                                    .scatter = 0.25,
                                    .generatorSeed = i})
                          .result == CheckResult::Fails;
        QVERIFY2(failed <= 2, QByteArray::number(failed).constData());
    }

    /// The loss tells a run at too high a rate; what it does afterwards is no sign of a lost multiplier.
    void aLossFarAboveTheFirstIsDivergence()
    {
        CheckRecords records = planted(correct(3), {.scatter = 0.02});
        for (CoordinateRecord& record : records.coordinates) {
            records.losses.push_back({record.parametrization, record.width, record.seed, record.t,
                                      record.t >= 3 && record.width >= 128 ? 12.0 : 1.1});
            if (record.t > 3 && record.width >= 128)
                record.l1 *= static_cast<double>(record.width);
        }
        CheckVerdict verdict = only(records);
        QCOMPARE(verdict.result, CheckResult::Unclear);
        QCOMPARE(verdict.reason, CheckReason::Diverged);
        QCOMPARE(verdict.divergedAt, std::int64_t{128});
        QVERIFY2(verdict.sentence.starts_with("Width 128 diverged"), verdict.sentence.c_str());
        QVERIFY2(contains(verdict.cause, "half of it"), verdict.cause.c_str());
        records.losses.clear();
        QCOMPARE(only(records).result, CheckResult::Fails); // the loss is what tells
    }

    /// How wide models came to diverge is told by the steps up to there.
    void aDivergenceHidesNoFault()
    {
        Pattern layers = correct(3);
        layers.back().second = {0, 0.5, 1, 1, 1, 1};
        CheckRecords records = planted(layers, {.scatter = 0.02});
        for (const std::int64_t width : {32, 64, 128, 256, 512})
            for (const std::int64_t t : {1, 2, 3})
                records.losses.push_back({"mup", width, 1, t, t == 3 && width == 512 ? 100.0 : 1.1});
        const CheckVerdict verdict = only(records);
        QCOMPARE(verdict.result, CheckResult::Fails);
        QCOMPARE(verdict.reason, CheckReason::LearningRates);
        QVERIFY2(contains(verdict.sentence, "Width 512 diverged"), verdict.sentence.c_str());
    }

    void blamesTheRateWhereEveryWidthDiverges()
    {
        CheckRecords records = planted(correct(2), {.scatter = 0.02});
        for (CoordinateRecord& record : records.coordinates)
            if (record.t >= 3)
                record.l1 = std::nan("");
        const CheckVerdict verdict = only(records);
        QCOMPARE(verdict.result, CheckResult::Unclear);
        QCOMPARE(verdict.divergedAt, std::int64_t{32});
        QVERIFY2(contains(verdict.cause, "a tenth"), verdict.cause.c_str());
    }

    /// Under SGD the multipliers are above 1, so that without them updates shrink.
    void lostMultipliersShrinkUpdatesUnderSgd()
    {
        Pattern layers = correct(2);
        layers[1].second = {zero, -0.8, -0.8, -0.8, -0.8, -0.8};
        CheckRecords records = planted(layers, {.scatter = 0.02});
        QCOMPARE(only(records).reason, CheckReason::ReadoutDivided);
        records.model.sgd = true;
        const CheckVerdict verdict = only(records);
        QCOMPARE(verdict.reason, CheckReason::LearningRates);
        QVERIFY2(contains(verdict.cause, "under SGD"), verdict.cause.c_str());
    }

    /// What stands behind the readout has no width of its own.
    void doesNotJudgeWhatIsBehindTheReadout()
    {
        Pattern layers = correct(2);
        layers.emplace_back("pool.gate", std::vector<double>{-0.5, 0, 0.5, 0.6, 0.6, 0.6});
        const CheckAnalysis analysis = analyze(planted(layers, {.scatter = 0.02}));
        QCOMPARE(analysis.verdicts.at(0).result, CheckResult::Holds);
        for (const LayerSlope& slope : analysis.slopes)
            QCOMPARE(slope.result == CheckResult::Incomplete,
                     slope.layer == "pool.gate" || !slope.slope.isKnown());
    }

    void everySlopeIsJudgedByItself()
    {
        const CheckAnalysis analysis = analyze(planted(
            {{"hidden.0", {0.6, 0.6, 0.02}}, {"hidden.1", {0, 0, 0.17}}, {"readout", {-0.5, -0.5, -0.4}}}));
        const auto result = [&](std::size_t i) { return analysis.slopes.at(i).result; };
        QCOMPARE(result(0), CheckResult::Fails);
        QCOMPARE(result(2), CheckResult::Holds);
        QCOMPARE(result(5), CheckResult::Holds);
        QCOMPARE(result(8), CheckResult::Holds); // it began there
    }

    void givesOneVerdictPerParametrizationAndNoneForNothing()
    {
        QVERIFY(analyze({}).verdicts.empty());
        CheckRecords records = planted({{"hidden.1", {0, 0.3, 0.5}}, {"readout", {0, 1, 1}}});
        for (CoordinateRecord& record : records.coordinates)
            record.parametrization = "sp";
        const CheckRecords right = planted({{"hidden.1", {0, 0, 0}}, {"readout", {zero, 0, 0}}});
        records.coordinates.insert(records.coordinates.end(), right.coordinates.begin(),
                                   right.coordinates.end());
        const auto verdicts = analyze(records).verdicts;
        QCOMPARE(verdicts.size(), std::size_t{2});
        QCOMPARE(verdicts[0].parametrization, std::string("sp"));
        QVERIFY(verdicts[0].cause.starts_with("That is what the standard parametrization does"));
        QCOMPARE(verdicts[0].result, CheckResult::Fails);
        QCOMPARE(verdicts[1].result, CheckResult::Holds);
    }
};

QTEST_APPLESS_MAIN(TestCheckVerdict)
#include "tst_check_verdict.moc"
