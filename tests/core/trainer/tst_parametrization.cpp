// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/models/parametrization.h"
#include "core/trainer/families/gn2/gn2_layout.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

constexpr std::array roles{Role::Fixed, Role::Input, Role::Hidden, Role::Output, Role::Vector};
constexpr std::array optimizers{OptimizerKind::Sgd, OptimizerKind::Adam, OptimizerKind::AdamW};

ParameterSpec tensor(Role role, std::int64_t fanIn, std::int64_t fanOut, std::int64_t baseIn,
                     std::int64_t baseOut)
{
    return {.name = "w",
            .shape = {fanOut, fanIn},
            .role = role,
            .fanIn = fanIn,
            .fanOut = fanOut,
            .baseFanIn = baseIn,
            .baseFanOut = baseOut};
}

/// A tensor of each role at eight times the base width 64.
ParameterSpec wide(Role role)
{
    switch (role) {
    case Role::Input:
        return tensor(role, 21, 512, 21, 64);
    case Role::Hidden:
        return tensor(role, 512, 1024, 64, 128);
    case Role::Output:
        return tensor(role, 512, 10, 64, 10);
    case Role::Vector:
        return tensor(role, 1, 512, 1, 64);
    case Role::Fixed:
        break;
    }
    return tensor(role, 21, 10, 21, 10);
}

} // namespace

class TestParametrization : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void atTheBaseWidthEveryRuleIsStandard()
    {
        for (const Role role : roles) {
            ParameterSpec spec = wide(role);
            spec.baseFanIn = spec.fanIn;
            spec.baseFanOut = spec.fanOut;
            for (const OptimizerKind optimizer : optimizers) {
                const Scaling standard = scalingOf(Parametrization::Standard, optimizer, spec);
                QCOMPARE(standard.initialDeviation, 1 / std::sqrt(static_cast<double>(spec.fanIn)));
                for (const auto rule : {Parametrization::Maximal, Parametrization::MaximalTable3}) {
                    const Scaling scaling = scalingOf(rule, optimizer, spec);
                    QVERIFY(scaling.initialDeviation == standard.initialDeviation);
                    QVERIFY(scaling.multiplier == 1);
                    QVERIFY(scaling.learningRate == 1);
                    QVERIFY(scaling.weightDecay == 1);
                    QVERIFY(scaling.epsilon == 1);
                    QVERIFY(scaling.gradientNorm == 1);
                }
            }
        }
    }

    /// Tensor Programs V, table 8, with n = width / base width = 8.
    void table8_data()
    {
        QTest::addColumn<Role>("role");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("multiplier");
        QTest::addColumn<double>("sgd");
        QTest::addColumn<double>("adam");
        QTest::newRow("input") << Role::Input << 1 / std::sqrt(21.) << 1. << 8. << 1.;
        QTest::newRow("hidden") << Role::Hidden << 1 / std::sqrt(512.) << 1. << 1. << 1. / 8;
        QTest::newRow("output") << Role::Output << 1 / std::sqrt(64.) << 1. / 8 << 8. << 1.;
        QTest::newRow("vector") << Role::Vector << 1. << 1. << 8. << 1.;
        QTest::newRow("fixed") << Role::Fixed << 1 / std::sqrt(21.) << 1. << 1. << 1.;
    }

    void table8()
    {
        QFETCH(Role, role);
        const ParameterSpec spec = wide(role);
        const Scaling sgd = scalingOf(Parametrization::Maximal, OptimizerKind::Sgd, spec);
        const Scaling adam = scalingOf(Parametrization::Maximal, OptimizerKind::Adam, spec);
        QTEST(adam.initialDeviation, "deviation");
        QTEST(adam.multiplier, "multiplier");
        QTEST(sgd.learningRate, "sgd");
        QTEST(adam.learningRate, "adam");
        QCOMPARE(sgd.initialDeviation, adam.initialDeviation);
    }

    /// A → Aθ, B → B/θ, C → C/θ² under SGD and C/θ under Adam with ε → εθ is the same model: table 3's
    /// readout is table 8's with θ = 8.
    void tablesDifferByARescaling()
    {
        for (const Role role : roles) {
            const ParameterSpec spec = wide(role);
            const double theta = role == Role::Output ? 8 : 1;
            for (const OptimizerKind optimizer : optimizers) {
                const Scaling eight = scalingOf(Parametrization::Maximal, optimizer, spec);
                const Scaling three = scalingOf(Parametrization::MaximalTable3, optimizer, spec);
                const bool sgd = optimizer == OptimizerKind::Sgd;
                QCOMPARE(three.multiplier, eight.multiplier * theta);
                QCOMPARE(three.initialDeviation, eight.initialDeviation / theta);
                QCOMPARE(three.learningRate, eight.learningRate / (sgd ? theta * theta : theta));
                QCOMPARE(three.epsilon, eight.epsilon * (sgd ? 1 : theta));
                QCOMPARE(eight.gradientNorm, 1.0);
                QCOMPARE(three.gradientNorm * theta, eight.gradientNorm); // as gradients are θ times larger
            }
        }
    }

    void decayPerStepDoesNotDependOnTheWidth()
    {
        for (const Role role : roles) {
            for (const auto rule : {Parametrization::Maximal, Parametrization::MaximalTable3}) {
                const Scaling scaling = scalingOf(rule, OptimizerKind::AdamW, wide(role));
                QCOMPARE(scaling.learningRate * scaling.weightDecay, 1.);
            }
        }
    }

    void attentionIsOneOverWidthAndMeetsStandardAtTheBase()
    {
        QVERIFY(attentionScale(Parametrization::Maximal, 8, 8) ==
                attentionScale(Parametrization::Standard, 8, 8));
        QCOMPARE(attentionScale(Parametrization::Standard, 64, 8), 1 / 8.);
        QCOMPARE(attentionScale(Parametrization::Maximal, 64, 8), std::sqrt(8.) / 64);
    }

    void partsThatAreLeftOutAreStandard()
    {
        const std::vector all{Part::Initialization, Part::Multipliers, Part::LearningRates};
        for (const Role role : roles) {
            const ParameterSpec spec = wide(role);
            for (const OptimizerKind optimizer : optimizers) {
                const Scaling standard = scalingOf(Parametrization::Standard, optimizer, spec);
                for (const auto rule : {Parametrization::Maximal, Parametrization::MaximalTable3}) {
                    const Scaling whole = scalingOf(rule, optimizer, spec);
                    for (const Part part : all) {
                        const Scaling scaling = scalingOf(rule, optimizer, spec, std::array{part});
                        const auto expected = [&](Part of) { return part == of ? standard : whole; };
                        QVERIFY(scaling.initialDeviation == expected(Part::Initialization).initialDeviation);
                        QVERIFY(scaling.multiplier == expected(Part::Multipliers).multiplier);
                        QVERIFY(scaling.learningRate == expected(Part::LearningRates).learningRate);
                        QVERIFY(scaling.weightDecay == expected(Part::LearningRates).weightDecay);
                        QVERIFY(scaling.epsilon == expected(Part::LearningRates).epsilon);
                        QVERIFY(scaling.gradientNorm == expected(Part::LearningRates).gradientNorm);
                    }
                    const Scaling nothing = scalingOf(rule, optimizer, spec, all);
                    QVERIFY(nothing.initialDeviation == standard.initialDeviation);
                    QVERIFY(nothing.learningRate == 1 && nothing.multiplier == 1);
                }
            }
        }
        QVERIFY(attentionScale(Parametrization::Maximal, 64, 8, std::array{Part::Attention}) == 1 / 8.);
        QVERIFY(attentionScale(Parametrization::Maximal, 64, 8, all) == std::sqrt(8.) / 64);
    }

    /// salt at f82f792 with three flavours, track origins and vertexing.
    void gn2HasSaltsParameters_data()
    {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("64") << qint64{64} << qint64{294637};
        QTest::newRow("128") << qint64{128} << qint64{715437};
        QTest::newRow("256") << qint64{256} << qint64{2343469};
        QTest::newRow("512") << qint64{512} << qint64{8745261};
    }

    void gn2HasSaltsParameters()
    {
        QFETCH(qint64, width);
        Gn2Shape shape;
        shape.width = width;
        shape.origins = originCount;
        shape.vertexing = true;
        QTEST(qint64{parameterCount(gn2Parameters(shape))}, "parameters");
    }

    /// salt/configs/GN2/GN2.yaml at 68bd045, June 2026: four flavours, a register token, and the last norm
    /// behind the output projection.
    void gn2HasTheParametersOfSaltToday_data()
    {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("64") << qint64{64} << qint64{294862};
        QTest::newRow("256") << qint64{256} << qint64{2343502};
    }

    void gn2HasTheParametersOfSaltToday()
    {
        QFETCH(qint64, width);
        Gn2Shape shape;
        shape.width = width;
        shape.classes = 4;
        shape.origins = originCount;
        shape.vertexing = true;
        shape.registerToken = true;
        shape.normAfterReadout = true;
        const std::vector<ParameterSpec> specs = gn2Parameters(shape);
        QTEST(qint64{parameterCount(specs)}, "parameters");
    }

    /// It has one dimension that grows, like a bias: the same deviation and Adam's rate at every width.
    void theRegisterTokenIsAVector()
    {
        Gn2Shape shape;
        shape.width = 512;
        shape.registerToken = true;
        shape.normAfterReadout = true;
        const std::vector<ParameterSpec> specs = gn2Parameters(shape);
        const auto token = std::ranges::find(specs, "encoder.register", &ParameterSpec::name);
        QVERIFY(token != specs.end());
        QCOMPARE(token->role, Role::Vector);
        QCOMPARE(token->shape, std::vector<std::int64_t>{512});
        for (const auto rule :
             {Parametrization::Standard, Parametrization::Maximal, Parametrization::MaximalTable3}) {
            const Scaling adam = scalingOf(rule, OptimizerKind::Adam, *token);
            QCOMPARE(adam.initialDeviation, 1e-4);
            QCOMPARE(adam.learningRate, 1.0);
            const Scaling sgd = scalingOf(rule, OptimizerKind::Sgd, *token);
            QCOMPARE(sgd.learningRate, rule == Parametrization::Standard ? 1.0 : 8.0);
        }
        const auto gain = std::ranges::find(specs, "encoder.norm.gain", &ParameterSpec::name);
        QCOMPARE(gain->role, Role::Fixed); // its width is the projection's
        QCOMPARE(gain->shape, std::vector<std::int64_t>{128});
    }

    void gn2HasOneReadoutAndFixedHeads()
    {
        Gn2Shape shape;
        shape.width = 128;
        for (const ParameterSpec& spec : gn2Parameters(shape)) {
            QCOMPARE(spec.role == Role::Output, spec.name == "encoder.readout.weight");
            if (spec.name.starts_with("jets.") || spec.name.starts_with("pool.")) {
                QCOMPARE(spec.role, Role::Fixed);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestParametrization)
#include "tst_parametrization.moc"
