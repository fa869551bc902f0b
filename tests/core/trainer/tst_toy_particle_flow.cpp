// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/event_jets.h"
#include "core/trainer/families/events/flow_rules.h"
#include "core/trainer/families/events/toy_detector.h"
#include "core/trainer/families/events/toy_event.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t many = 2000;

/// What the events of a preset have in common.
struct Summary {
    explicit Summary(ToyPreset preset)
    {
        for (std::uint64_t index = 0; index < many; ++index) {
            add(simulateToyEvent(preset, 3, index), toyDetector(preset));
        }
    }

    void add(const ToyEvent& event, const ToyDetector& detector)
    {
        const auto rules = reconstructByRules(event.elements, detector);
        most = std::max(most, event.elements.size());
        met.push_back(event.met);
        for (const ToyParticle& particle : event.particles) {
            energy += particle.energy;
            ++particles;
        }
        for (std::size_t i = 0; i < event.elements.size(); ++i) {
            const bool onTrack = isTrack(event.elements[i]);
            (onTrack ? tracks : clusters) += 1;
            const TargetRow& row = event.targets[i];
            targetEnergy += row[target::Energy];
            const auto truth = static_cast<std::size_t>(row[target::Class]);
            const auto said = static_cast<std::size_t>(rules[i][target::Class]);
            ++(onTrack ? onTracks : onClusters)[truth];
            ++truths[truth];
            ++saids[said];
            both[truth] += truth == said ? 1 : 0;
        }
    }
    double efficiency(ParticleClass of) const { return both.at(index(of)) / truths.at(index(of)); }
    double fakes(ParticleClass of) const { return 1 - both.at(index(of)) / saids.at(index(of)); }
    static std::size_t index(ParticleClass of) { return static_cast<std::size_t>(of); }

    double particles = 0, energy = 0, targetEnergy = 0, tracks = 0, clusters = 0;
    std::size_t most = 0;
    std::vector<double> met;
    std::map<std::size_t, double> onTracks, onClusters, truths, saids, both;
};

const Summary& summary(ToyPreset preset)
{
    static const Summary small(ToyPreset::Small);
    static const Summary full(ToyPreset::Full);
    return preset == ToyPreset::Small ? small : full;
}

bool isNear(double value, double expected, double tolerance, const char* what)
{
    if (std::abs(value - expected) <= tolerance) {
        return true;
    }
    qWarning("%s: %g, expected %g", what, value, expected);
    return false;
}

} // namespace

class TestToyParticleFlow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEventFollowsFromSeedAndNumberAlone()
    {
        const ToyEvent first = simulateToyEvent(ToyPreset::Full, 5, 17);
        simulateToyEvent(ToyPreset::Full, 5, 16);
        const ToyEvent again = simulateToyEvent(ToyPreset::Full, 5, 17);
        QVERIFY(first.elements == again.elements);
        QVERIFY(first.targets == again.targets);
        QVERIFY(first.elements != simulateToyEvent(ToyPreset::Full, 6, 17).elements);
    }

    /// The sizes and shares that the two presets are described by.
    void eventsAreOfTheDescribedSize_data()
    {
        QTest::addColumn<int>("preset");
        QTest::addColumn<double>("elements");
        QTest::newRow("small") << int(ToyPreset::Small) << 22.0;
        QTest::newRow("full") << int(ToyPreset::Full) << 45.0;
    }
    void eventsAreOfTheDescribedSize()
    {
        QFETCH(int, preset);
        QFETCH(double, elements);
        const Summary& of = summary(static_cast<ToyPreset>(preset));
        QVERIFY(isNear((of.tracks + of.clusters) / many, elements, 0.15 * elements, "elements"));
        QVERIFY(isNear(of.onClusters.at(0) / of.clusters, 0.53, 0.08, "clusters without a particle"));
        QVERIFY(isNear(of.onClusters.at(3) / of.clusters, 0.38, 0.08, "photons"));
        QVERIFY(isNear(of.onClusters.at(2) / of.clusters, 0.08, 0.03, "neutral hadrons"));
        QVERIFY(isNear(of.onTracks.at(1) / of.tracks, 0.97, 0.02, "charged hadrons"));
        QVERIFY(isNear(of.targetEnergy / of.energy, 1, 0.02, "energy of the targets"));
    }

    void missingMomentumIsReal()
    {
        std::vector<double> met = summary(ToyPreset::Full).met;
        std::ranges::nth_element(met, met.begin() + many / 2);
        QVERIFY(isNear(met[many / 2], 122, 15, "median"));
    }

    /// Columns that are functions of others, units and order.
    void rowsAreConsistent()
    {
        for (std::uint64_t index = 0; index < 200; ++index) {
            const ToyEvent event = simulateToyEvent(ToyPreset::Full, 1, index);
            QCOMPARE(event.targets.size(), event.elements.size());
            QVERIFY(std::ranges::is_partitioned(event.elements, isTrack));
            for (std::size_t i = 0; i < event.elements.size(); ++i) {
                const ElementRow& row = event.elements[i];
                QVERIFY(std::ranges::all_of(row, [](float x) { return std::isfinite(x); }));
                const float p = row[element::Pt] * std::cosh(row[element::Eta]);
                QVERIFY(std::abs(row[element::Energy] / p - 1) < 1e-4F);
                const float unit =
                    row[element::SinPhi] * row[element::SinPhi] + row[element::CosPhi] * row[element::CosPhi];
                QVERIFY(std::abs(unit - 1) < 1e-5F);
                if (isTrack(row)) {
                    QVERIFY(std::abs(std::abs(row[track::Omega]) * row[element::Pt] / 12e-4F - 1) < 1e-4F);
                    QCOMPARE(row[track::Omega] > 0, event.targets[i][target::Charge] > 0);
                    QVERIFY(event.targets[i][target::Class] > 0);
                } else {
                    const float sum = row[cluster::Ecal] + row[cluster::Hcal] + row[cluster::Other];
                    QVERIFY(std::abs(sum / row[element::Energy] - 1) < 1e-4F);
                    QCOMPARE(event.targets[i][target::Charge], 0.0F);
                }
            }
        }
    }

    /// Straight tracks hit where they point; charged ones turn against their charge, by the angle of the
    /// chord.
    void helicesHitTheCalorimeter()
    {
        const Vector3 straight = *calorimeterHit(10, 0.5, 1, 0, 4);
        QVERIFY(isNear(straight.eta(), 0.5, 1e-12, "eta"));
        QVERIFY(isNear(straight.phi(), 1, 1e-12, "phi"));
        QVERIFY(isNear(straight.transverse(), calorimeterRadius, 1e-9, "radius"));
        const Vector3 bent = *calorimeterHit(10, 0.5, 1, 1, 4);
        const double radius = 10 / (3e-4 * 4);
        QVERIFY(isNear(bent.transverse(), calorimeterRadius, 1e-9, "radius"));
        QVERIFY(isNear(bent.phi(), 1 - std::asin(calorimeterRadius / (2 * radius)), 1e-12, "turn"));
        QVERIFY(isNear(deltaPhi(calorimeterHit(10, 0.5, 1, -1, 4)->phi(), 1), -deltaPhi(bent.phi(), 1), 1e-12,
                       "the other charge"));
        QVERIFY(isNear(calorimeterHit(10, 2, 1, 1, 4)->z, calorimeterLength, 1e-9, "end cap"));
        QVERIFY(!calorimeterHit(0.5, 0, 1, 1, 4)); // curls up at 0.83 m
        QVERIFY(isNear(calorimeterHit(1000, 0.5, 1, 1, 4)->eta(), 0.5, 1e-3, "a stiff track"));
    }

    /// The rule-based particle flow, as good as it is said to be: efficiency and fakes of each class.
    void rulesAreAsGoodAsDescribed_data()
    {
        QTest::addColumn<int>("preset");
        QTest::addColumn<QList<double>>("efficiencies"); // none h± h⁰ γ
        QTest::newRow("small") << int(ToyPreset::Small) << QList<double>{0.773, 0.998, 0.922, 0.765};
        QTest::newRow("full") << int(ToyPreset::Full) << QList<double>{0.758, 0.998, 0.938, 0.765};
    }
    void rulesAreAsGoodAsDescribed()
    {
        QFETCH(int, preset);
        QFETCH(QList<double>, efficiencies);
        const Summary& of = summary(static_cast<ToyPreset>(preset));
        for (int i = 0; i < efficiencies.size(); ++i) {
            QVERIFY(
                isNear(of.efficiency(static_cast<ParticleClass>(i)), efficiencies[i], 0.08, "efficiency"));
        }
        QVERIFY(isNear(of.fakes(ParticleClass::NeutralHadron), 0.69, 0.06, "fake neutral hadrons"));
        QVERIFY(of.fakes(ParticleClass::Photon) < 0.02);
    }

    /// A pion whose cluster holds a photon's energy, too, and a muon: worked out by hand.
    void rulesDecideByTheExcess()
    {
        const ToyDetector detector = toyDetector(ToyPreset::Full);
        const auto trackAt = [&](float pt, float phi) {
            ElementRow row{};
            row[element::Type] = 1;
            row[element::Pt] = row[element::Energy] = pt;
            row[element::SinPhi] = std::sin(phi);
            row[element::CosPhi] = std::cos(phi);
            row[track::Omega] = 12e-4F / pt;
            return row;
        };
        const auto clusterAt = [&](float energy, float phi, float ecal, float other) {
            ElementRow row{};
            row[element::Type] = 2;
            row[element::Pt] = row[element::Energy] = energy;
            row[element::SinPhi] = std::sin(phi);
            row[element::CosPhi] = std::cos(phi);
            row[cluster::Ecal] = ecal * energy;
            row[cluster::Other] = other;
            row[cluster::Hcal] = energy - ecal * energy - other;
            return row;
        };
        const auto at = [&](float pt, float phi) {
            return static_cast<float>(calorimeterHit(pt, 0, phi, 1, detector.field)->phi());
        };
        // σ = 0.5·√16 = 2: an excess of up to 3.2 GeV is none.
        const std::vector<ElementRow> elements{trackAt(16, 0.0F),
                                               trackAt(16, 1.5F),
                                               trackAt(10, -1.5F),
                                               clusterAt(19, at(16, 0), 0.3F, 0),
                                               clusterAt(20, at(16, 1.5F), 0.3F, 0),
                                               clusterAt(2.5F, at(10, -1.5F), 0.1F, 0.3F),
                                               clusterAt(5, 2.8F, 0.97F, 0),
                                               clusterAt(5, -2.8F, 0.5F, 0)};
        const auto said = reconstructByRules(elements, detector);
        std::vector<int> species;
        for (const TargetRow& row : said) {
            species.push_back(static_cast<int>(row[target::Class]));
        }
        QCOMPARE(species, (std::vector<int>{1, 1, 5, 0, 2, 0, 3, 2}));
        QCOMPARE(said[4][target::Energy], 4.0F);
        QCOMPARE(said[0][target::Charge], 1.0F);
        QCOMPARE(said[6][target::Pt], 5.0F);
    }

    /// Two particles 0.3 apart are one jet, one at the other side its own; what is soft is none.
    void jetsAreClusteredByAngle()
    {
        const auto at = [](double energy, double phi) {
            return Momentum{fromPtEtaPhi(energy, 0, phi), energy};
        };
        const auto jets = clusterJets(std::vector{at(20, 0), at(10, 0.3), at(8, 2), at(2, -2), Momentum{}},
                                      jetRadius, lowestJetPt);
        QCOMPARE(jets.size(), std::size_t{2});
        QVERIFY(isNear(jets[0].energy, 30, 1e-12, "energy"));
        QVERIFY(
            isNear(jets[0].momentum.transverse(), std::sqrt(400 + 100 + 400 * std::cos(0.3)), 1e-9, "pt"));
        QVERIFY(isNear(jets[1].momentum.phi(), 2, 1e-12, "phi"));
        QCOMPARE(clusterJets(std::vector{at(20, 0), at(10, 0.5)}, jetRadius, lowestJetPt).size(),
                 std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestToyParticleFlow)
#include "tst_toy_particle_flow.moc"
