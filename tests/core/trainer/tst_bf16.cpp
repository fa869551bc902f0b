// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_fixture.h"

#include "core/trainer/compute/bf16_product.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

Settings in(Precision precision, std::int64_t width = 32,
            Parametrization parametrization = Parametrization::Maximal)
{
    Settings settings = allTasks(width, parametrization);
    settings.precision = precision;
    return settings;
}

/// ‖a − b‖ / ‖b‖.
double error(std::span<const float> a, std::span<const float> b)
{
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return std::sqrt(difference / size);
}

double error(const at::Tensor& a, const at::Tensor& b)
{
    return ((a.to(at::kDouble) - b).norm() / b.norm()).item<double>();
}

/// The losses of 10 steps on one batch.
std::vector<double> losses(const Settings& settings)
{
    JetNetwork<float> network(settings, classes);
    Optimizer<float> optimizer({}, network.segments(), network.values().size());
    JetBatch batch = randomBatch();
    std::vector<double> result;
    for (int step = 0; step < 10; ++step) {
        result.push_back(network.differentiate(batch).loss);
        optimizer.update(step, 0.003, 0.9, 1, network.values(), network.gradient());
    }
    return result;
}

constexpr double epsilon = 1.0 / 256; ///< bfloat16's largest relative error of rounding

} // namespace

/// Matrix products in bfloat16, everything else in single precision.
class TestBf16 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Against double precision with the very numbers that rounding leaves, so that only the sum and the last
    /// rounding can differ.
    void productsAreOfRoundedNumbers()
    {
        at::manual_seed(1);
        const at::Tensor x = at::randn({50, 37}).requires_grad_();
        const at::Tensor weight = at::randn({11, 37}).requires_grad_();
        const at::Tensor bias = at::randn({11}).requires_grad_();
        const at::Tensor upstream = at::randn({50, 11});
        const at::Tensor half = weight.detach().to(at::kBFloat16);
        const at::Tensor output = bf16Linear(x, weight, half, bias);
        output.backward(upstream);
        QCOMPARE(output.scalar_type(), at::kFloat);

        const at::Tensor exactX = x.detach().to(at::kBFloat16).to(at::kDouble);
        const at::Tensor exactWeight = half.to(at::kDouble);
        const at::Tensor exactUpstream = upstream.to(at::kBFloat16).to(at::kDouble);
        QVERIFY(error(output.detach() - bias.detach(), at::linear(exactX, exactWeight)) < epsilon);
        QVERIFY(error(x.grad(), at::mm(exactUpstream, exactWeight)) < epsilon);
        QVERIFY(error(weight.grad(), at::mm(exactUpstream.t(), exactX)) < epsilon);
        QVERIFY(error(bias.grad(), upstream.sum(0).to(at::kDouble)) < 1e-6);
    }

    void scoresAndGradientsAreNear_data()
    {
        QTest::addColumn<Settings>("settings");
        QTest::addColumn<double>("ofGradient");
        QTest::newRow("mlp with tanh") << perceptron(32) << 5 * epsilon;
        // ReLU's slope jumps: a part of about ε of the units are on its other side, each with all its
        // gradient
        QTest::newRow("gn2, all tasks") << allTasks(32) << 1.5 * std::sqrt(epsilon);
    }

    void scoresAndGradientsAreNear()
    {
        QFETCH(Settings, settings);
        QFETCH(double, ofGradient);
        JetNetwork<float> whole(settings, classes);
        settings.precision = Precision::Bfloat16;
        JetNetwork<float> rounded(settings, classes);
        JetBatch batch = randomBatch();

        const double ofScores = error(rounded.logits(batch), whole.logits(batch));
        QVERIFY2(ofScores > 1e-5 && ofScores < 5 * epsilon, qPrintable(QString::number(ofScores)));
        whole.differentiate(batch);
        rounded.differentiate(batch);
        const double measured = error(rounded.gradient(), whole.gradient());
        QVERIFY2(measured > 1e-5 && measured < ofGradient, qPrintable(QString::number(measured)));
    }

    void atTheBaseWidthMaximalIsStandardBitForBit()
    {
        const auto atBase = [](Parametrization parametrization) {
            return losses(in(Precision::Bfloat16, 16, parametrization));
        };
        QVERIFY(atBase(Parametrization::Standard) == atBase(Parametrization::Maximal));
        QVERIFY(atBase(Parametrization::Standard) == atBase(Parametrization::MaximalTable3));
    }

    /// A pass rounds the values as they are, not as they once were.
    void changedValuesAreRoundedAnew()
    {
        JetNetwork<float> network(in(Precision::Bfloat16), classes);
        JetBatch batch = randomBatch();
        const std::vector<float> before = network.logits(batch);
        std::ranges::fill(network.values(), 0.0F);
        QVERIFY(network.logits(batch) != before);
        QVERIFY(std::ranges::all_of(network.logits(batch), [](float score) { return score == 0; }));
    }
};

QTEST_GUILESS_MAIN(TestBf16)
#include "tst_bf16.moc"
