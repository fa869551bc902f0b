// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/coordinate_check.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace widthwise;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// l1 = 2^noise · width^slope for every width and seed.
std::vector<CoordinateRecord> planted(double slope, const std::vector<std::int64_t>& widths, int seeds,
                                      double noise, unsigned generatorSeed)
{
    std::mt19937 random(generatorSeed);
    std::normal_distribution<double> scatter(0, 1);
    std::vector<CoordinateRecord> records;
    for (const std::int64_t width : widths) {
        for (int seed = 1; seed <= seeds; ++seed) {
            const double l1 =
                std::pow(static_cast<double>(width), slope) * std::exp2(noise * scatter(random));
            records.push_back({"mup", width, seed, 3, "hidden.1", l1});
        }
    }
    return records;
}

std::vector<LayerSlope> slopesOf(std::vector<CoordinateRecord> records)
{
    return layerSlopes({std::move(records), {}, {}});
}

} // namespace

class TestCoordinateCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsAPlantedSlopeWithoutNoise()
    {
        const auto slopes = slopesOf(planted(0.61, {32, 64, 128, 256, 512}, 2, 0, 1));
        QCOMPARE(slopes.size(), std::size_t{1});
        QCOMPARE(slopes[0].parametrization, std::string("mup"));
        QCOMPARE(slopes[0].layer, std::string("hidden.1"));
        QCOMPARE(slopes[0].t, std::int64_t{3});
        QCOMPARE(slopes[0].widths, 5);
        QCOMPARE(slopes[0].trials, 10);
        QVERIFY(std::abs(slopes[0].slope.value - 0.61) < 1e-12);
        QVERIFY(slopes[0].slope.error() < 1e-6);
    }

    void coversPlantedSlopesAtTheStatedRate_data()
    {
        QTest::addColumn<int>("widths");
        QTest::addColumn<int>("seeds");
        QTest::newRow("5 widths, 5 seeds") << 5 << 5;
        QTest::newRow("3 widths, 1 seed") << 3 << 1;
        QTest::newRow("2 widths, 2 seeds") << 2 << 2;
    }

    /// 95 % ± 2.2 % are expected of 400 cases: the limits are at four standard deviations.
    void coversPlantedSlopesAtTheStatedRate()
    {
        QFETCH(int, widths);
        QFETCH(int, seeds);
        const std::vector<std::int64_t> all{32, 64, 128, 256, 512};
        int covered = 0;
        for (unsigned i = 0; i < 400; ++i) {
            const double slope = -0.6 + 0.003 * i;
            const auto records = planted(slope, {all.begin(), all.begin() + widths}, seeds, 0.15, i);
            const Estimate found = slopesOf(records).at(0).slope;
            QVERIFY(found.isBounded());
            covered += found.low <= slope && slope <= found.high;
        }
        QVERIFY2(covered >= 363 && covered <= 396, qPrintable(QString::number(covered)));
    }

    /// A head that does not grow starts alike at every width, and unlike for every seed.
    void comparesWidthsWithinSeeds()
    {
        std::vector<CoordinateRecord> records = planted(0.05, {32, 64, 128, 256, 512}, 5, 0.02, 1);
        for (CoordinateRecord& record : records)
            record.l1 *= std::exp2(3.0 * static_cast<double>(record.seed % 3));
        records.pop_back(); // what one trial lost must not tilt the line
        const Estimate slope = slopesOf(records).at(0).slope;
        QVERIFY(std::abs(slope.value - 0.05) < slope.error());
        QVERIFY(slope.error() < 0.02);
    }

    void knowsNoSlopeWhereEverySeedHasOneWidth()
    {
        std::vector<CoordinateRecord> records = planted(0.5, {64, 128}, 2, 0, 1);
        std::erase_if(records, [](const auto& record) { return (record.width == 64) == (record.seed == 1); });
        QCOMPARE(records.size(), std::size_t{2});
        QVERIFY(!slopesOf(records).at(0).slope.isKnown());
    }

    void boundsNoSlopeOfTwoTrials()
    {
        const auto slopes = slopesOf(planted(0.5, {64, 128}, 1, 0, 1));
        QVERIFY(std::abs(slopes.at(0).slope.value - 0.5) < 1e-12);
        QVERIFY(slopes.at(0).slope.isKnown() && !slopes.at(0).slope.isBounded());
    }

    void knowsNoSlopeOfOneWidth()
    {
        const auto slopes = slopesOf(planted(0.5, {64}, 5, 0.1, 1));
        QVERIFY(!slopes.at(0).slope.isKnown());
        QCOMPARE(slopes.at(0).widths, 1);
    }

    void leavesOutAReadoutThatStartsAtZero()
    {
        std::vector<CoordinateRecord> records;
        for (const std::int64_t width : {32, 64, 128}) {
            records.push_back({"mup", width, 1, 1, "readout", 0});
            records.push_back({"mup", width, 1, 2, "readout", 0.25});
        }
        const auto slopes = slopesOf(records);
        QCOMPARE(slopes.size(), std::size_t{2});
        QVERIFY(!slopes[0].slope.isKnown());
        QCOMPARE(slopes[0].trials, 0);
        QCOMPARE(slopes[0].divergedAt, std::int64_t{0});
        QVERIFY(slopes[0].startsAtZero && slopes[1].startsAtZero);
        QVERIFY(std::abs(slopes[1].slope.value) < 1e-12);
    }

    void namesTheSmallestWidthThatDivergedAndStaysSo()
    {
        auto records = planted(0, {32, 64, 128, 256}, 2, 0, 1);
        for (const std::int64_t width : {64, 128, 256})
            records.push_back({"mup", width, 1, 4, "hidden.1", width == 64 ? 1.0 : infinity});
        records.push_back({"mup", 32, 1, 4, "hidden.1", 1});
        records.push_back({"sp", 32, 1, 4, "hidden.1", std::nan("")});
        for (const std::int64_t width : {32, 64}) // the diverged trials have ended
            records.push_back({"mup", width, 1, 5, "hidden.1", 1});
        const auto slopes = slopesOf(records);
        QCOMPARE(slopes.size(), std::size_t{4});
        QCOMPARE(slopes[0].divergedAt, std::int64_t{0});
        QCOMPARE(slopes[1].divergedAt, std::int64_t{128});
        QCOMPARE(slopes[1].trials, 2);
        QCOMPARE(slopes[2].divergedAt, std::int64_t{128});
        QCOMPARE(slopes[3].divergedAt, std::int64_t{32});
        QCOMPARE(slopes[3].widths, 0);
    }

    void keepsTheOrderOfParametrizationsAndLayers()
    {
        std::vector<CoordinateRecord> records;
        for (const char* parametrization : {"sp", "mup"}) {
            for (const std::int64_t t : {2, 1}) {
                for (const char* layer : {"initial.0", "encoder.0", "b"})
                    records.push_back({parametrization, 32, 1, t, layer, 1});
            }
        }
        const auto slopes = slopesOf(records);
        QCOMPARE(slopes.size(), std::size_t{12});
        QCOMPARE(slopes[0].parametrization, std::string("sp"));
        QCOMPARE(slopes[0].layer, std::string("initial.0"));
        QCOMPARE(slopes[0].t, std::int64_t{1});
        QCOMPARE(slopes[1].t, std::int64_t{2});
        QCOMPARE(slopes[4].layer, std::string("b"));
        QCOMPARE(slopes[6].parametrization, std::string("mup"));
    }

    void tellsKindsOfLayersByName()
    {
        using enum LayerKind;
        const auto kinds = [](const std::vector<std::string>& layers) { return layerKinds(layers); };
        QVERIFY(
            kinds({"encoder.0.attention.logits", "encoder.0.attention.qkv", "encoder.readout", "pool.gate",
                   "jets.logits", "origin.0", "initial.1"}) ==
            (std::vector{QueryKey, Hidden, Readout, BehindReadout, BehindReadout, BehindReadout, Hidden}));
        QVERIFY(kinds({"fc1", "model.output", "attention.output", "logits"}) ==
                (std::vector{Hidden, Readout, Hidden, Readout}));
    }

    void believesWhatIsKnownOfALayer()
    {
        using enum LayerKind;
        const std::vector<std::string> layers{"fc1", "logits", "last"};
        QVERIFY(layerKinds(layers, {{"logits", Hidden}, {"last", Readout}}) ==
                (std::vector{Hidden, Hidden, Readout}));
    }

    /// A scatter that few trials tell by chance to be small is not trusted where others of its kind say more.
    void sharesScatterAmongLayersOfAKind()
    {
        const std::vector<std::int64_t> widths{32, 64, 128};
        std::vector<CoordinateRecord> records = planted(0, widths, 2, 0, 1);
        const double alone = slopesOf(records).at(0).standardError;
        QCOMPARE(slopesOf(records).at(0).degreesOfFreedom, 3);
        for (const char* layer : {"hidden.2", "hidden.3"})
            for (CoordinateRecord& record : planted(0, widths, 2, 0.2, 7)) {
                record.layer = layer;
                records.push_back(record);
            }
        const LayerSlope shared = slopesOf(records).at(0);
        QVERIFY(alone < 1e-6 && shared.standardError > 0.01);
        QCOMPARE(shared.degreesOfFreedom, 5);
    }

    void leavesOutWhatComesAfterALossFarAboveTheFirst()
    {
        CheckRecords records;
        for (const std::int64_t width : {32, 64, 128})
            for (std::int64_t t = 1; t <= 3; ++t) {
                records.coordinates.push_back({"mup", width, 1, t, "hidden.1", 1});
                records.losses.push_back({"mup", width, 1, t, width == 128 && t == 2 ? 3.5 : 1.1});
            }
        const auto slopes = layerSlopes(records);
        QCOMPARE(slopes.size(), std::size_t{3});
        QCOMPARE(slopes[1].trials, 3); // the step itself still counts
        QCOMPARE(slopes[1].divergedAt, std::int64_t{128});
        QCOMPARE(slopes[2].trials, 2);
    }
};

QTEST_APPLESS_MAIN(TestCoordinateCheck)
#include "tst_coordinate_check.moc"
