// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// ftagTruthOriginLabel of the ATLAS flavour-tagging samples (salt/utils/class_names.py).
enum class Origin : std::int32_t { PileUp, Fake, Primary, FromB, FromBC, FromC, FromTau, OtherSecondary };
/// ftagTruthTypeLabel.
enum class TruthType : std::int32_t { NoTruth, Other, Pion, Kaon, Electron, Muon };

enum class Flavour { B, C, Light, Tau };
inline constexpr std::size_t flavourCount = 4;
/// In the order of `Flavour`: the names in the attribute `flavour_label`, and HadronConeExclTruthLabelID.
inline constexpr std::array<std::string_view, flavourCount> flavourNames{"bjets", "cjets", "ujets",
                                                                         "taujets"};
inline constexpr std::array<std::int32_t, flavourCount> flavourTruthIds{5, 4, 0, 15};

/// A reconstructed track: GN2's 19 inputs in ATLAS units (mm, MeV⁻¹, radians), and its truth.
struct SimulatedTrack {
    float d0, z0SinTheta, dphi, deta, qOverP;
    float d0Significance, z0Significance; ///< lifetime-signed
    float phiUncertainty, thetaUncertainty, qOverPUncertainty;
    std::uint8_t pixelHits, sctHits, innermostHits, nextToInnermostHits, innermostSharedHits,
        innermostSplitHits, pixelSharedHits, pixelSplitHits, sctSharedHits;
    Origin origin;
    std::int32_t vertex; ///< 0 primary, 1 … for each displaced vertex of the jet, −2 where there is none
    TruthType type;
};

struct SimulatedJet {
    Flavour flavour;
    float pt;                           ///< MeV, as measured
    float eta;                          ///< as measured
    std::vector<SimulatedTrack> tracks; ///< falling |d0 significance|, at most tracksPerJet
};

/// How often each flavour is made; adds up to 1.
using FlavourFractions = std::array<double, flavourCount>;
inline constexpr FlavourFractions defaultFlavourFractions{0.25, 0.25, 0.45, 0.05};

/// Jet number `index` of the toy simulation with this seed, whatever else was simulated before.
///
/// Toy simulation: lifetimes, masses and charged multiplicities of b and c hadrons and τ leptons at the
/// values of the Particle Data Group, isotropic decays, straight tracks, impact-parameter resolutions of the
/// ATLAS detector (Delphes' trackResolutionATLAS.tcl, after arXiv:1405.6569; worse by our own guess inside a
/// jet), a smeared primary vertex, pile-up, V⁰ decays, conversions and fakes. No matter, no magnetic field,
/// no detector geometry beyond the radii of the pixel layers.
SimulatedJet simulateJet(std::uint64_t seed, std::uint64_t index, const FlavourFractions& fractions);

} // namespace widthwise::trainer
