// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/trainer/families/jets/kinematics.h"
#include "core/trainer/families/jets/simulation.h"

#include <QTest>

#include <array>
#include <cmath>
#include <map>
#include <set>

using namespace widthwise::trainer;

namespace {

constexpr int jetCount = 4000;

double energyOf(Vector3 momentum, double mass)
{
    return std::sqrt(mass * mass + dot(momentum, momentum));
}

bool mayHave(Flavour flavour, Origin origin)
{
    switch (origin) {
    case Origin::FromB:
    case Origin::FromBC:
        return flavour == Flavour::B;
    case Origin::FromC:
        return flavour == Flavour::C;
    case Origin::FromTau:
        return flavour == Flavour::Tau;
    default:
        return true;
    }
}

} // namespace

class TestSimulation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (int i = 0; i < jetCount; ++i) {
            m_jets.push_back(simulateJet(1, static_cast<std::uint64_t>(i), defaultFlavourFractions));
        }
    }

    void aJetDependsOnSeedAndNumberAlone()
    {
        const SimulatedJet again = simulateJet(1, 77, defaultFlavourFractions);
        QCOMPARE(again.pt, m_jets[77].pt);
        QCOMPARE(again.tracks.size(), m_jets[77].tracks.size());
        QVERIFY(simulateJet(2, 77, defaultFlavourFractions).pt != again.pt);
    }

    void flavoursComeAsOftenAsAskedFor()
    {
        std::array<int, flavourCount> counts{};
        for (const SimulatedJet& jet : m_jets) {
            ++counts[static_cast<std::size_t>(jet.flavour)];
        }
        for (std::size_t i = 0; i < flavourCount; ++i) {
            const double expected = defaultFlavourFractions[i] * jetCount;
            QVERIFY(std::abs(counts[i] - expected) < 5 * std::sqrt(expected));
        }
    }

    void aDecayKeepsEnergyMomentumAndMasses()
    {
        RandomStream random(1, 1);
        const std::array masses{1.865, 0.1396, 0.1396, 0.1396};
        const Vector3 parent{3, -40, 12};
        Vector3 sum;
        double energy = 0;
        const std::vector<Vector3> products = decay(parent, 5.28, masses, random);
        for (std::size_t i = 0; i < masses.size(); ++i) {
            sum = sum + products[i];
            energy += energyOf(products[i], masses[i]);
        }
        QVERIFY((sum + -1 * parent).length() < 1e-9);
        QVERIFY(std::abs(energy - energyOf(parent, 5.28)) < 1e-9);
    }

    /// The reason why tagging works: b hadrons fly further and decay into more tracks than c hadrons.
    void displacementFallsFromBToCToLight()
    {
        std::map<Flavour, std::array<double, 2>>
            displaced; // tracks above 3σ in front of and behind the vertex
        std::map<Flavour, int> jets;
        for (const SimulatedJet& jet : m_jets) {
            ++jets[jet.flavour];
            for (const SimulatedTrack& track : jet.tracks) {
                displaced[jet.flavour][0] += track.d0Significance > 3;
                displaced[jet.flavour][1] += track.d0Significance < -3;
            }
        }
        const auto front = [&](Flavour flavour) { return displaced[flavour][0] / jets[flavour]; };
        const auto behind = [&](Flavour flavour) { return displaced[flavour][1] / jets[flavour]; };
        QVERIFY(front(Flavour::B) > 1.5 * front(Flavour::C));
        QVERIFY(front(Flavour::C) > 1.5 * front(Flavour::Light));
        QVERIFY(front(Flavour::B) > 4 * behind(Flavour::B));
        QVERIFY(front(Flavour::Light) < 1);
    }

    /// Gluons that split are what makes c jets look like b jets: without them a longer training would reject
    /// nearly all.
    void aFifthOfTheCJetsHoldsTwoCHadrons()
    {
        int jets = 0;
        int withTwo = 0;
        for (const SimulatedJet& jet : m_jets) {
            std::set<std::int32_t> vertices;
            for (const SimulatedTrack& track : jet.tracks) {
                if (track.origin == Origin::FromC) {
                    vertices.insert(track.vertex);
                }
            }
            QVERIFY(vertices.size() <= 2);
            jets += jet.flavour == Flavour::C;
            withTwo += vertices.size() == 2;
        }
        const double fraction = static_cast<double>(withTwo) / jets; // some of the hadrons leave no track
        QVERIFY2(fraction > 0.1 && fraction < 0.2, qPrintable(QString::number(fraction)));
    }

    /// The reported error is the deviation of a track from the primary vertex, but for the tails.
    void resolutionIsAsReported()
    {
        int inside = 0;
        int all = 0;
        for (const SimulatedJet& jet : m_jets) {
            for (const SimulatedTrack& track : jet.tracks) {
                if (track.origin == Origin::Primary) {
                    inside += std::abs(track.d0Significance) < 1;
                    ++all;
                }
            }
        }
        const double fraction = static_cast<double>(inside) / all;
        QVERIFY2(fraction > 0.64 && fraction < 0.69, qPrintable(QString::number(fraction)));
    }

    void labelsAgreeWithOneAnother()
    {
        for (const SimulatedJet& jet : m_jets) {
            std::map<std::int32_t, Origin> originOf;
            for (const SimulatedTrack& track : jet.tracks) {
                QVERIFY(mayHave(jet.flavour, track.origin));
                QCOMPARE(track.vertex == 0, track.origin == Origin::Primary);
                const bool loose = track.origin == Origin::PileUp || track.origin == Origin::Fake;
                QCOMPARE(track.vertex == -2, loose);
                QCOMPARE(track.type == TruthType::NoTruth, track.origin == Origin::Fake);
                if (!loose) {
                    const auto [known, isNew] = originOf.try_emplace(track.vertex, track.origin);
                    QVERIFY(isNew || known->second == track.origin);
                }
            }
        }
    }

    void tracksAreSelectedSortedAndFinite()
    {
        double tracks = 0;
        for (const SimulatedJet& jet : m_jets) {
            QVERIFY(jet.tracks.size() <= tracksPerJet);
            tracks += static_cast<double>(jet.tracks.size());
            for (std::size_t i = 0; i < jet.tracks.size(); ++i) {
                const SimulatedTrack& track = jet.tracks[i];
                QVERIFY(std::abs(track.d0) < 3.5F || track.origin == Origin::Fake);
                QVERIFY(std::isfinite(track.qOverP) && std::isfinite(track.deta) && track.phiUncertainty > 0);
                QVERIFY(i == 0 ||
                        std::abs(track.d0Significance) <= std::abs(jet.tracks[i - 1].d0Significance));
                QVERIFY(track.innermostHits + track.nextToInnermostHits <= track.pixelHits);
            }
        }
        QVERIFY(tracks / jetCount > 5 && tracks / jetCount < 12);
    }

    void kinematicsStayInTheRange()
    {
        for (const SimulatedJet& jet : m_jets) {
            QVERIFY(jet.pt > 10e3F && jet.pt < 450e3F);
            QVERIFY(std::abs(jet.eta) < 2.6F);
        }
    }

private:
    std::vector<SimulatedJet> m_jets;
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"
