// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/network.h"

#include "core/trainer/random_stream.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

constexpr std::int64_t inputs = 6;
constexpr std::int64_t classes = 3;

Settings small(std::int64_t width, Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings;
    settings.width = width;
    settings.baseWidth = 16;
    settings.heads = 4;
    settings.layers = 2;
    settings.parametrization = parametrization;
    return settings;
}

/// Jets with 0 to 6 tracks of normal inputs.
Batch randomBatch()
{
    RandomStream random(7, 7);
    Batch batch;
    batch.offsets = {0};
    for (std::int64_t jet = 0; jet < 14; ++jet) {
        batch.offsets.push_back(batch.offsets.back() + jet % 7);
        batch.labels.push_back(jet % classes);
    }
    batch.tokens.resize(static_cast<std::size_t>(batch.offsets.back() * inputs));
    for (float& value : batch.tokens) {
        value = static_cast<float>(random.normal());
    }
    return batch;
}

OptimizerSettings optimizerOf(OptimizerKind kind)
{
    return {.kind = kind,
            .momentum = 0.9,
            .epsilon = 1e-4,
            .weightDecay = kind == OptimizerKind::Adam ? 0 : 0.01};
}

/// The logits after 20 steps on one batch.
std::vector<double> trained(Settings settings, OptimizerKind kind)
{
    settings.optimizer = kind;
    Network<double> network(settings, inputs, classes);
    Optimizer<double> optimizer(optimizerOf(kind), network.segments(), network.values().size());
    Batch batch = randomBatch();
    for (int step = 0; step < 20; ++step) {
        network.differentiate(batch);
        optimizer.update(step, kind == OptimizerKind::Sgd ? 0.02 : 0.003, 0.9, 1, network.values(),
                         network.gradient());
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

} // namespace

class TestNetwork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The slope of the loss along a random direction in each tensor, by central differences.
    void theGradientIsTheSlopeOfTheLoss()
    {
        Network<double> network(small(32), inputs, classes);
        RandomStream random(1, 99);
        for (double& value : network.values()) {
            value +=
                0.05 *
                random.normal(); // away from biases of zero, where a jet without tracks is on ReLU's kink
        }
        Batch batch = randomBatch();
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
        Network<double> network(small(32), inputs, classes);
        Batch batch = randomBatch();
        network.differentiate(batch);
        for (const Segment& segment : network.segments()) {
            const auto part = network.gradient().subspan(segment.begin, segment.end - segment.begin);
            QVERIFY(std::ranges::any_of(part, [](double value) { return value != 0; }));
        }
    }

    void theTwoFormsOfMaximalAreOneModel_data()
    {
        QTest::addColumn<OptimizerKind>("kind");
        QTest::newRow("SGD with momentum and decay") << OptimizerKind::Sgd;
        QTest::newRow("Adam") << OptimizerKind::Adam;
        QTest::newRow("AdamW") << OptimizerKind::AdamW;
    }

    void theTwoFormsOfMaximalAreOneModel()
    {
        QFETCH(OptimizerKind, kind);
        const std::vector<double> eight = trained(small(64, Parametrization::Maximal), kind);
        const std::vector<double> three = trained(small(64, Parametrization::MaximalTable3), kind);
        const std::vector<double> standard = trained(small(64, Parametrization::Standard), kind);
        QVERIFY2(distance(eight, three) < 1e-9, qPrintable(QString::number(distance(eight, three))));
        QVERIFY(distance(eight, standard) > 1e-3);
    }

    void atTheBaseWidthStandardIsMaximal()
    {
        for (const OptimizerKind kind : {OptimizerKind::Sgd, OptimizerKind::AdamW}) {
            const std::vector<double> standard = trained(small(16, Parametrization::Standard), kind);
            QVERIFY(standard == trained(small(16, Parametrization::Maximal), kind));
            QVERIFY(standard == trained(small(16, Parametrization::MaximalTable3), kind));
        }
    }

    void initialValuesHaveTheTablesDeviation()
    {
        const Settings settings = small(64);
        Network<double> network(settings, inputs, classes);
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

    void zeroReadoutGivesEqualScores()
    {
        Settings settings = small(32);
        settings.zeroReadout = true;
        Network<double> network(settings, inputs, classes);
        Batch batch = randomBatch();
        const std::vector<double> logits = network.logits(batch);
        QVERIFY(std::ranges::all_of(logits, [](double value) { return value == 0; }));
    }

    void classWeightsWeighTheMean()
    {
        Settings settings = small(16);
        Batch batch = randomBatch();
        settings.classWeights = {0, 0, 5};
        Network<double> weighted(settings, inputs, classes);
        const Result result = weighted.evaluate(batch);
        QCOMPARE(result.weight, 5.0 * 4); // labels 0, 1, 2, 0, … of 14 jets

        const std::vector<double> logits = weighted.logits(batch);
        double sum = 0;
        for (std::size_t jet = 2; jet < 14; jet += 3) {
            const auto* row = &logits[jet * classes];
            sum += std::log(std::exp(row[0]) + std::exp(row[1]) + std::exp(row[2])) - row[2];
        }
        QCOMPARE(result.loss, sum / 4);
    }
};

QTEST_GUILESS_MAIN(TestNetwork)
#include "tst_network.moc"
