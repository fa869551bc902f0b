// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/optimizer.h"

#include "core/trainer/data/random_stream.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace widthwise::trainer;

namespace {

Segment segment(std::size_t begin, std::size_t end, const Scaling& scaling = {})
{
    return {begin, end, Role::Hidden, scaling};
}

/// The l2 norm of `values` − `others` from `begin` to `end`.
double norm(const std::vector<float>& values, const std::vector<float>& others, std::size_t begin,
            std::size_t end)
{
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
        sum += std::pow(static_cast<double>(values[i]) - static_cast<double>(others[i]), 2);
    }
    return std::sqrt(sum);
}

} // namespace

class TestOptimizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Three steps by hand: torch.optim.Adam(lr=0.1, betas=(0.9, 0.99), eps=1e-8) on the gradients 1, −2,
    /// 0.5.
    void adamFollowsItsDefinition()
    {
        Optimizer<double> optimizer({OptimizerKind::Adam, 0, 0.9, 0.99, 1e-8, 0}, {segment(0, 1)}, 1);
        std::array values{1.0};
        double expected = 1;
        double m = 0;
        double v = 0;
        const std::array gradients{1.0, -2.0, 0.5};
        for (int t = 0; t < 3; ++t) {
            const double g = gradients[static_cast<std::size_t>(t)];
            m = 0.9 * m + 0.1 * g;
            v = 0.99 * v + 0.01 * g * g;
            expected -=
                0.1 * (m / (1 - std::pow(0.9, t + 1))) / (std::sqrt(v / (1 - std::pow(0.99, t + 1))) + 1e-8);
            optimizer.update(t, 0.1, 0.9, 1, values, std::array{g});
            QCOMPARE(values[0], expected);
        }
    }

    void decoupledDecayShrinksByRateTimesDecay()
    {
        Optimizer<double> optimizer({OptimizerKind::AdamW, 0, 0.9, 0.999, 1e-8, 0.5}, {segment(0, 1)}, 1);
        std::array values{2.0};
        optimizer.update(0, 0.1, 0.9, 1, values, std::array{0.0});
        QCOMPARE(values[0], 2.0 * (1 - 0.1 * 0.5));
    }

    void momentumSumsGradients()
    {
        Optimizer<double> optimizer({OptimizerKind::Sgd, 0.5, 0, 0, 0, 0}, {segment(0, 1)}, 1);
        std::array values{0.0};
        optimizer.update(0, 1, 0, 1, values, std::array{1.0});
        optimizer.update(1, 1, 0, 1, values, std::array{1.0});
        QCOMPARE(values[0], -(1 + 1.5));
    }

    void everySegmentHasItsOwnMultipliers()
    {
        Scaling slow;
        slow.learningRate = 0.25;
        Optimizer<float> optimizer({OptimizerKind::Adam, 0, 0.9, 0.999, 0, 0},
                                   {segment(0, 2), segment(2, 5, slow)}, 5);
        std::array<float, 5> values{};
        const std::array<float, 5> gradient{1, -3, 1, 100, -1e-3F};
        optimizer.update(0, 0.1, 0.9, 1, values, gradient);
        QCOMPARE(values[0], -0.1F); // Adam's first step is the rate, whatever the gradient
        QCOMPARE(values[1], 0.1F);
        QCOMPARE(values[2], -0.025F);
        QCOMPARE(values[3], -0.025F);
        QCOMPARE(values[4], 0.025F);
    }

    void clippingScalesTheGradient()
    {
        Optimizer<double> optimizer({OptimizerKind::Sgd, 0, 0, 0, 0, 0}, {segment(0, 1)}, 1);
        std::array values{0.0};
        optimizer.update(0, 1, 0, 0.1, values, std::array{5.0});
        QCOMPARE(values[0], -0.5);
    }

    void normsAreOfTheGradientAndOfWhatIsStored_data()
    {
        QTest::addColumn<OptimizerSettings>("settings");
        QTest::newRow("sgd") << OptimizerSettings{.kind = OptimizerKind::Sgd, .momentum = 0.9};
        QTest::newRow("adamw") << OptimizerSettings{.kind = OptimizerKind::AdamW, .weightDecay = 0.5};
    }

    /// Of segments shorter and longer than what is updated at a time. Measuring changes nothing.
    void normsAreOfTheGradientAndOfWhatIsStored()
    {
        QFETCH(OptimizerSettings, settings);
        const std::vector<Segment> segments{segment(0, 3), segment(3, 2600)};
        Optimizer<float> measured(settings, segments, 2600);
        Optimizer<float> unmeasured(settings, segments, 2600);
        std::vector<float> values(2600, 1);
        std::vector<float> same = values;
        const std::vector<float> zeros(2600, 0);
        RandomStream random(1, 1);
        for (int step = 0; step < 3; ++step) {
            const std::vector<float> before = values;
            std::vector<float> gradient(2600);
            std::ranges::generate(gradient, [&] { return static_cast<float>(random.normal()); });
            std::array<UpdateNorms, 2> norms;
            measured.update(step, 0.1, 0.9, 0.5, values, gradient, norms);
            unmeasured.update(step, 0.1, 0.9, 0.5, same, gradient);
            QVERIFY(values == same);
            for (std::size_t i = 0; i < segments.size(); ++i) {
                const auto [begin, end] = std::pair(segments[i].begin, segments[i].end);
                QVERIFY(std::abs(norms[i].gradient / norm(gradient, zeros, begin, end) - 1) < 1e-12);
                QVERIFY(std::abs(norms[i].update / norm(values, before, begin, end) - 1) < 1e-12);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestOptimizer)
#include "tst_optimizer.moc"
