// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_fixture.h"

#include "core/trainer/engine/updater.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

OptimizerSettings optimizerOf(OptimizerKind kind)
{
    return {.kind = kind,
            .momentum = 0.9,
            .epsilon = 1e-4,
            .weightDecay = kind == OptimizerKind::Adam ? 0 : 0.01};
}

/// The logits after 20 steps on one batch.
std::vector<double> trained(Settings settings, OptimizerKind kind, double clip = 0,
                            const Backend& backend = {})
{
    settings.optimizer = kind;
    JetNetwork<double> network(settings, classes, backend);
    const auto updater = makeUpdater(optimizerOf(kind), network);
    JetBatch batch = randomBatch();
    for (int step = 0; step < 20; ++step) {
        network.differentiate(batch);
        updater->update(step, kind == OptimizerKind::Sgd ? 0.02 : 0.003, 0.9, clip);
    }
    return network.logits(batch);
}

double distance(const std::vector<double>& a, const std::vector<double>& b)
{
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        most = std::max(most, std::abs(a[i] - b[i]));
    }
    return most;
}

/// Those that the family names.
std::vector<std::string> layersOf(const Settings& settings)
{
    std::vector<std::string> layers;
    std::ranges::transform(factsOf(settings).layers(settings), std::back_inserter(layers),
                           &RecordedLayer::name);
    std::ranges::sort(layers);
    return layers;
}

using MadeSettings = Settings (*)(std::int64_t, Parametrization);

} // namespace

class TestNetwork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theGradientIsTheSlopeOfTheLoss_data()
    {
        QTest::addColumn<Settings>("settings");
        QTest::newRow("gn2") << small(32);
        QTest::newRow("gn2, all tasks") << allTasks(32);
        QTest::newRow("gn2 with a register") << withRegister(32);
        QTest::newRow("mlp") << perceptron(32);
        QTest::newRow("deepsets") << deepSets(32);
    }

    /// The slope of the loss along a random direction in each tensor, by central differences.
    void theGradientIsTheSlopeOfTheLoss()
    {
        QFETCH(Settings, settings);
        JetNetwork<double> network(settings, classes);
        RandomStream random(1, 99);
        for (double& value : network.values()) {
            value +=
                0.05 *
                random.normal(); // away from biases of zero, where a jet without tracks is on ReLU's kink
        }
        JetBatch batch = randomBatch();
        network.differentiate(batch);
        const std::vector<double> gradient(network.gradient().begin(), network.gradient().end());
        const std::vector<double> start(network.values().begin(), network.values().end());
        for (const Segment& segment : network.segments()) {
            std::vector<double> along(start.size());
            double slope = 0;
            for (std::size_t i = segment.begin; i < segment.end; ++i) {
                along[i] = random.normal();
                slope += gradient[i] * along[i];
            }
            const auto lossAt = [&](double distance) {
                std::ranges::transform(start, along, network.values().begin(),
                                       [&](double value, double step) { return value + distance * step; });
                return network.evaluate(batch).loss;
            };
            const double step = 1e-7;
            const double measured = (lossAt(step) - lossAt(-step)) / (2 * step);
            QVERIFY2(std::abs(measured - slope) < 1e-4 * std::abs(slope) + 1e-7,
                     qPrintable(QStringLiteral("%1 %2").arg(measured).arg(slope)));
        }
    }

    void everyTensorLearns()
    {
        JetNetwork<double> network(allTasks(32), classes);
        JetBatch batch = randomBatch();
        network.differentiate(batch);
        for (const Segment& segment : network.segments()) {
            const auto part = network.gradient().subspan(segment.begin, segment.end - segment.begin);
            QVERIFY(std::ranges::any_of(part, [](double value) { return value != 0; }));
        }
    }

    void parametrizationsRelate_data()
    {
        QTest::addColumn<MadeSettings>("model");
        QTest::addColumn<OptimizerKind>("kind");
        QTest::newRow("gn2, SGD with momentum and decay") << MadeSettings(allTasks) << OptimizerKind::Sgd;
        QTest::newRow("gn2, Adam") << MadeSettings(allTasks) << OptimizerKind::Adam;
        QTest::newRow("gn2, AdamW") << MadeSettings(allTasks) << OptimizerKind::AdamW;
        QTest::newRow("gn2 with a register, SGD with momentum and decay")
            << MadeSettings(withRegister) << OptimizerKind::Sgd;
        QTest::newRow("gn2 with a register, Adam") << MadeSettings(withRegister) << OptimizerKind::Adam;
        QTest::newRow("mlp, SGD with momentum and decay") << MadeSettings(perceptron) << OptimizerKind::Sgd;
        QTest::newRow("mlp, AdamW") << MadeSettings(perceptron) << OptimizerKind::AdamW;
        QTest::newRow("deepsets, Adam") << MadeSettings(deepSets) << OptimizerKind::Adam;
    }

    /// Tables 3 and 8 are one model; at the base width SP is that model too, bit for bit.
    void parametrizationsRelate()
    {
        QFETCH(MadeSettings, model);
        QFETCH(OptimizerKind, kind);
        const std::vector<double> eight = trained(model(64, Parametrization::Maximal), kind);
        const std::vector<double> three = trained(model(64, Parametrization::MaximalTable3), kind);
        const std::vector<double> standard = trained(model(64, Parametrization::Standard), kind);
        QVERIFY2(distance(eight, three) < 1e-9, qPrintable(QString::number(distance(eight, three))));
        QVERIFY(distance(eight, standard) > 1e-3);

        const std::vector<double> base = trained(model(16, Parametrization::Standard), kind);
        QVERIFY(base == trained(model(16, Parametrization::Maximal), kind));
        QVERIFY(base == trained(model(16, Parametrization::MaximalTable3), kind));
    }

    void clippingKeepsTheFormsOneModel_data()
    {
        QTest::addColumn<MadeSettings>("model");
        QTest::addColumn<OptimizerKind>("kind");
        QTest::addColumn<Backend>("backend");
        const Backend own;
        const Backend device{.cudaDevice = -1, .ownKernels = false};
        QTest::newRow("gn2, SGD") << MadeSettings(allTasks) << OptimizerKind::Sgd << own;
        QTest::newRow("gn2, Adam") << MadeSettings(allTasks) << OptimizerKind::Adam << own;
        QTest::newRow("mlp, AdamW") << MadeSettings(perceptron) << OptimizerKind::AdamW << own;
        QTest::newRow("gn2, Adam, as on a device") << MadeSettings(allTasks) << OptimizerKind::Adam << device;
        QTest::newRow("mlp, SGD, as on a device") << MadeSettings(perceptron) << OptimizerKind::Sgd << device;
    }

    /// At a norm that is reached at some steps and not at others, which Adam would not notice else.
    void clippingKeepsTheFormsOneModel()
    {
        QFETCH(MadeSettings, model);
        QFETCH(OptimizerKind, kind);
        QFETCH(Backend, backend);
        constexpr double clip = 0.3;
        const Settings table8 = model(64, Parametrization::Maximal);
        const std::vector<double> eight = trained(table8, kind, clip, backend);
        const std::vector<double> three =
            trained(model(64, Parametrization::MaximalTable3), kind, clip, backend);
        QVERIFY2(distance(eight, three) < 1e-9, qPrintable(QString::number(distance(eight, three))));
        const double moved = distance(eight, trained(table8, kind, 0, backend));
        QVERIFY2(moved > 1e-3, qPrintable(QString::number(moved)));

        const std::vector<double> base = trained(model(16, Parametrization::Standard), kind, clip, backend);
        QVERIFY(base == trained(model(16, Parametrization::Maximal), kind, clip, backend));
        QVERIFY(base == trained(model(16, Parametrization::MaximalTable3), kind, clip, backend));
    }

    /// Of a jet without tracks the register is all that is seen; tracks keep their scores and their pairs.
    void aRegisterJoinsEveryJet()
    {
        JetNetwork<double> network(withRegister(32), classes);
        JetBatch batch = randomBatch(); // jets 0 and 7 have no tracks
        const Result before = network.evaluate(batch);
        QCOMPARE(before.terms[1].count, 42.0 - 5);
        QCOMPARE(before.terms[2].count, 2.0 * (2 + 6 + 12 + 20 + 30));
        const std::vector<double> logits = network.logits(batch);
        for (std::size_t i = 0; i < classes; ++i) {
            QCOMPARE(logits[i], logits[7 * classes + i]);
        }
        const std::vector<Segment> segments = network.segments();
        const auto token = std::ranges::find(segments, "encoder.register", &Segment::name);
        const auto part = network.values().subspan(token->begin, token->end - token->begin);
        QVERIFY(std::ranges::all_of(part, [](double value) { return value != 0 && std::abs(value) < 1e-3; }));
        for (std::size_t i = 0; i < part.size(); ++i) {
            part[i] = i % 2 == 0 ? 3 : -1;
        }
        const std::vector<double> after = network.logits(batch);
        for (std::size_t jet = 0; jet < batch.labels.size(); ++jet) {
            QVERIFY(std::abs(after[jet * classes] - logits[jet * classes]) > 1e-6);
        }
    }

    void initialValuesHaveTheTablesDeviation()
    {
        const Settings settings = small(64);
        JetNetwork<double> network(settings, classes);
        for (const Segment& segment : network.segments()) {
            const auto values = network.values().subspan(segment.begin, segment.end - segment.begin);
            if (segment.scaling.initialDeviation == 0 || values.size() < 1000) {
                continue;
            }
            double squares = 0;
            for (const double value : values) {
                squares += value * value;
            }
            const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
            QVERIFY(std::abs(deviation / segment.scaling.initialDeviation - 1) <
                    5 / std::sqrt(2 * static_cast<double>(values.size())));
        }
    }

    void aReadoutOfZerosScoresAllJetsAlikeAndLearns()
    {
        Settings settings = allTasks(32);
        settings.zeroReadout = true;
        settings.of<Gn2Settings>().zeroQuery = true;
        JetNetwork<double> network(settings, classes);
        JetBatch batch = randomBatch();
        const std::vector<double> logits = network.logits(batch);
        for (std::size_t i = classes; i < logits.size(); ++i) {
            QCOMPARE(logits[i], logits[i - classes]);
        }
        const double before = network.evaluate(batch).loss;
        Optimizer<double> optimizer({}, network.segments(), network.values().size());
        for (int step = 0; step < 30; ++step) {
            network.differentiate(batch);
            optimizer.update(step, 0.01, 0.9, 1, network.values(), network.gradient());
        }
        QVERIFY(network.evaluate(batch).loss < 0.8 * before);
        const std::vector<double> after = network.logits(batch);
        QVERIFY(after[2 * classes] != after[3 * classes]);
    }

    void tasksAddUpWithTheirWeights()
    {
        const Settings settings = allTasks(16);
        JetNetwork<double> network(settings, classes);
        JetBatch batch = randomBatch();
        const Result result = network.evaluate(batch);
        QCOMPARE(result.loss,
                 result.terms[0].mean() + 0.5 * result.terms[1].mean() + 1.5 * result.terms[2].mean());
        QCOMPARE(result.terms[0].count, 14.0);
        QCOMPARE(result.terms[1].count, 42.0 - 5); // every ninth track's origin is unknown
        QCOMPARE(result.terms[2].count, 2.0 * (2 + 6 + 12 + 20 + 30));
    }

    void jetsWithoutPairsTeachNothingOfVertices()
    {
        JetNetwork<double> network(allTasks(16), classes);
        JetBatch batch{.offsets = {0, 1, 1, 2},
                       .tokens = std::vector<float>(2 * inputs, 1),
                       .labels = {0, 1, 2},
                       .origins = {-1, -1},
                       .vertices = {0, 0}};
        const Result result = network.differentiate(batch);
        QVERIFY(std::isfinite(result.loss));
        QCOMPARE(result.loss, result.terms[0].mean());
        QVERIFY(std::ranges::all_of(network.gradient(), [](double value) { return std::isfinite(value); }));
    }

    void classWeightsWeighTheMean()
    {
        Settings settings = small(16);
        JetBatch batch = randomBatch();
        settings.of<JetSettings>().classWeights = {0, 0, 5};
        JetNetwork<double> weighted(settings, classes);
        const Result result = weighted.evaluate(batch);
        QCOMPARE(result.terms[0].divisor, 5.0 * 4); // labels 0, 1, 2, 0, … of 14 jets

        const std::vector<double> logits = weighted.logits(batch);
        double sum = 0;
        for (std::size_t jet = 2; jet < 14; jet += 3) {
            const auto* row = &logits[jet * classes];
            sum += std::log(std::exp(row[0]) + std::exp(row[1]) + std::exp(row[2])) - row[2];
        }
        QCOMPARE(result.loss, sum / 4);
    }

    void everyLayerIsSeen_data()
    {
        QTest::addColumn<Settings>("settings");
        QTest::addColumn<std::string>("readout");
        QTest::newRow("gn2") << small(32) << std::string("jets.logits");
        QTest::newRow("gn2, all tasks") << allTasks(32) << std::string("jets.logits");
        QTest::newRow("gn2 with a register") << withRegister(32) << std::string("jets.logits");
        QTest::newRow("mlp") << perceptron(32) << std::string("readout");
        QTest::newRow("deepsets") << deepSets(32) << std::string("readout");
    }

    /// Once each, in the step's own forward pass, which looking does not change.
    void everyLayerIsSeen()
    {
        QFETCH(Settings, settings);
        QFETCH(std::string, readout);
        JetNetwork<double> network(settings, classes);
        JetBatch batch = randomBatch();
        const double loss = network.differentiate(batch).loss;
        const std::vector<double> gradient(network.gradient().begin(), network.gradient().end());
        std::vector<LayerStatistics> statistics;
        QCOMPARE(network.differentiate(batch, &statistics).loss, loss);
        QVERIFY(std::ranges::equal(network.gradient(), gradient));
        network.differentiate(batch);

        std::vector<std::string> layers;
        std::ranges::transform(statistics, std::back_inserter(layers), &LayerStatistics::layer);
        std::ranges::sort(layers);
        QCOMPARE(layers, layersOf(settings));

        double sum = 0;
        const std::vector<double> logits = network.logits(batch);
        for (const double logit : logits) {
            sum += std::abs(logit);
        }
        const auto last = std::ranges::find(statistics, readout, &LayerStatistics::layer);
        QVERIFY(std::abs(last->l1 / (sum / static_cast<double>(logits.size())) - 1) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(TestNetwork)
#include "tst_network.moc"
