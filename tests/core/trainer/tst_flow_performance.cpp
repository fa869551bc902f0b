// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/random_stream.h"
#include "core/trainer/families/events/flow_performance.h"
#include "core/trainer/families/events/flow_rules.h"
#include "core/trainer/families/events/toy_event.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

Momentum at(double pt, double eta, double phi)
{
    const Vector3 momentum = fromPtEtaPhi(pt, eta, phi);
    return {momentum, momentum.length()};
}

bool isNear(double value, double expected, double tolerance)
{
    if (std::abs(value - expected) <= tolerance) {
        return true;
    }
    qWarning("%g, expected %g", value, expected);
    return false;
}

std::vector<Momentum> jetsOfAll(const ToyEvent& event)
{
    std::vector<Momentum> momenta;
    for (const ToyParticle& particle : event.particles) {
        momenta.push_back({particle.momentum, particle.energy});
    }
    return clusterJets(momenta, jetRadius, lowestJetPt);
}

} // namespace

class TestFlowPerformance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The nearest within 0.1, also across φ = π; one jet may be the nearest of two.
    void jetsAreMatchedByDistance()
    {
        const std::vector<Momentum> reference{at(50, 0, 3.13), at(40, 1, 1), at(30, -1, 0), at(10, 1, 1.06)};
        const std::vector<Momentum> jets{at(45, 0, -3.13), at(60, 0, 3.0), at(44, 1.05, 1), at(30, -1, 0.11)};
        const std::vector<double> responses = jetResponses(reference, jets);
        QCOMPARE(responses.size(), std::size_t{4});
        QVERIFY(isNear(responses[0], 0.9, 1e-12));
        QVERIFY(isNear(responses[1], 1.1, 1e-12));
        QCOMPARE(responses[2], -1.0);
        QVERIFY(isNear(responses[3], 4.4, 1e-12));
    }

    void quartilesAreNumPys()
    {
        Responses responses;
        for (const double value : {1.0, 2.0, 3.0, 4.0, -1.0}) {
            responses.add(15, value);
            responses.endEvent();
        }
        const ResponseSummary summary = responses.summary();
        QCOMPARE(summary.count, std::size_t{5});
        QVERIFY(isNear(summary.median.value, 2.5, 1e-12));
        QVERIFY(isNear(summary.width.value, (3.25 - 1.75) / 2.5, 1e-12));
        QVERIFY(isNear(summary.matched.value, 0.8, 1e-12));
        QCOMPARE(responses.between(20, 40).count, std::size_t{0});
        QCOMPARE(responses.between(20, 40).width.error, 0.0);
        QCOMPARE(responses.between(15, 16).count, std::size_t{5});
        QCOMPARE(responses.between(14, 15).count, std::size_t{0});
    }

    /// The spread that repeated experiments have; jets of one event that are alike count as one.
    void errorsAreThoseOfRepeatedExperiments()
    {
        RandomStream random(3, 1);
        const auto experiment = [&](int copies) {
            Responses responses;
            for (int event = 0; event < 400; ++event) {
                const double response = 1 + 0.1 * random.normal();
                for (int i = 0; i < copies; ++i) {
                    responses.add(50, response);
                }
                responses.endEvent();
            }
            return responses.summary();
        };
        for (const int copies : {1, 3}) {
            double sum = 0;
            double squares = 0;
            double claimed = 0;
            constexpr int times = 60;
            for (int i = 0; i < times; ++i) {
                const ResponseSummary summary = experiment(copies);
                sum += summary.width.value;
                squares += summary.width.value * summary.width.value;
                claimed += summary.width.error / times;
            }
            const double seen = std::sqrt(squares / times - sum / times * sum / times);
            QVERIFY(isNear(sum / times, 0.1349, 0.01));
            QVERIFY(isNear(claimed / seen, 1, 0.35));
        }
    }

    /// Targets as particles are perfect; the rules are what they are said to be.
    void rulesAndTargetsOfTheToy()
    {
        FlowPerformance perfect;
        FlowPerformance rules;
        const ToyDetector detector = toyDetector(ToyPreset::Small);
        constexpr std::uint64_t events = 3000;
        for (std::uint64_t index = 0; index < events; ++index) {
            const ToyEvent event = simulateToyEvent(ToyPreset::Small, 9, index);
            perfect.addEvent(event.elements, event.targets, event.targets, jetsOf(event.targets), event.met);
            rules.addEvent(event.elements, event.targets, reconstructByRules(event.elements, detector),
                           jetsOfAll(event), event.met);
        }
        const ResponseSummary ideal = perfect.jets().summary();
        QCOMPARE(ideal.median.value, 1.0);
        QCOMPARE(ideal.width.value, 0.0);
        QCOMPARE(ideal.matched.value, 1.0);
        for (std::size_t i = 0; i < particleClassCount; ++i) {
            QCOMPARE(perfect.efficiency(static_cast<ParticleClass>(i)).value, 1.0);
            QCOMPARE(perfect.fakeRate(static_cast<ParticleClass>(i)).value, 0.0);
        }
        const ResponseSummary jets = rules.jets().summary();
        const ResponseSummary met = rules.met().summary();
        QVERIFY(isNear(jets.median.value, 1.03, 0.02));
        QVERIFY(isNear(jets.width.value, 0.109, 0.015));
        QVERIFY(isNear(jets.matched.value, 0.994, 0.01));
        QVERIFY(isNear(met.width.value, 0.106, 0.02));
        QVERIFY(jets.width.error > 0.001 && jets.width.error < 0.006);
    }

    void confusionIsCountedPerTypeOfElement()
    {
        const auto elementOf = [](ElementType type) {
            ElementRow row{};
            row[element::Type] = static_cast<float>(type);
            return row;
        };
        const auto say = [](ParticleClass species) {
            TargetRow row{};
            row[target::Class] = static_cast<float>(species);
            return row;
        };
        using enum ParticleClass;
        FlowPerformance performance;
        performance.addEvent(std::vector{elementOf(ElementType::Track), elementOf(ElementType::Cluster),
                                         elementOf(ElementType::Cluster), elementOf(ElementType::Cluster)},
                             std::vector{say(ChargedHadron), say(Photon), say(Photon), say(None)},
                             std::vector{say(ChargedHadron), say(Photon), say(None), say(Photon)}, {}, 0);
        QCOMPARE(performance.counts()[0][1][1], std::size_t{1});
        QCOMPARE(performance.counts()[1][3][0], std::size_t{1});
        QCOMPARE(performance.efficiency(Photon).value, 0.5);
        QCOMPARE(performance.fakeRate(Photon).value, 0.5);
        QVERIFY(performance.efficiency(ChargedHadron).error > 0); // one of one is no certainty
        QCOMPARE(performance.efficiency(Muon).error, 0.0);
    }
};

QTEST_GUILESS_MAIN(TestFlowPerformance)
#include "tst_flow_performance.moc"
