// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

// The layout of particle-flow events: what jpata/particleflow calls elements and targets, at its version 3.2.

/// The first column of an element. An event's tracks come before its clusters.
enum class ElementType { Track = 1, Cluster = 2 };
inline constexpr std::size_t elementTypeCount = 2;

enum class ParticleClass { None, ChargedHadron, NeutralHadron, Photon, Electron, Muon };
inline constexpr std::size_t particleClassCount = 6;
inline constexpr std::array<std::string_view, particleClassCount> particleClassNames{
    "none", "charged hadron", "neutral hadron", "photon", "electron", "muon"};
inline constexpr std::array<std::int32_t, particleClassCount> particleClassPdg{0, 211, 130, 22, 11, 13};

/// Columns 0 to 5 mean alike for tracks and clusters. GeV, mm, radians.
inline constexpr std::size_t elementColumnCount = 17;
inline constexpr std::array<std::string_view, elementColumnCount> trackColumns{"type",
                                                                               "pt",
                                                                               "eta",
                                                                               "sin_phi",
                                                                               "cos_phi",
                                                                               "p",
                                                                               "chi2",
                                                                               "ndf",
                                                                               "dEdx",
                                                                               "dEdxError",
                                                                               "radiusOfInnermostHit",
                                                                               "tanLambda",
                                                                               "D0",
                                                                               "omega",
                                                                               "Z0",
                                                                               "time",
                                                                               "unused"};
inline constexpr std::array<std::string_view, elementColumnCount> clusterColumns{
    "type",         "et",         "eta",        "sin_phi", "cos_phi",     "energy",
    "position_x",   "position_y", "position_z", "iTheta",  "energy_ecal", "energy_hcal",
    "energy_other", "num_hits",   "sigma_x",    "sigma_y", "sigma_z"};

/// In order; a row is `std::array<float, elementColumnCount>`.
namespace element {
enum : std::size_t { Type, Pt, Eta, SinPhi, CosPhi, Energy };
}
namespace track {
enum : std::size_t { Chi2 = 6, Ndf, DEdx, DEdxError, Radius, TanLambda, D0, Omega, Z0, Time, Unused };
}
namespace cluster {
enum : std::size_t { X = 6, Y, Z, Theta, Ecal, Hcal, Other, Hits, SigmaX, SigmaY, SigmaZ };
}
using ElementRow = std::array<float, elementColumnCount>;

/// What each element is to say: the particle that lives on it, or none (class 0, all else zero).
inline constexpr std::size_t targetColumnCount = 7;
inline constexpr std::array<std::string_view, targetColumnCount> targetColumns{
    "class", "charge", "pt", "eta", "sin_phi", "cos_phi", "energy"};
/// What a file has beside them; nothing here reads it.
inline constexpr std::array<std::string_view, 7> furtherTargetColumns{
    "ispu",          "generatorStatus", "simulatorStatus", "gp_to_track",
    "gp_to_cluster", "jet_idx",         "particle_number"};

namespace target {
enum : std::size_t { Class, Charge, Pt, Eta, SinPhi, CosPhi, Energy };
}
using TargetRow = std::array<float, targetColumnCount>;

inline bool isTrack(const ElementRow& row)
{
    return row[element::Type] == static_cast<float>(ElementType::Track);
}

/// A jet or a particle's momentum as files have it.
using JetRow = std::array<float, 4>; ///< pt, eta, phi, energy

/// Events with their elements packed: event i has the rows offsets[i] … offsets[i + 1]. No padding anywhere.
struct EventSample {
    std::vector<std::int64_t> offsets{0};
    std::vector<ElementRow> elements;
    std::vector<TargetRow> targets;
    std::vector<TargetRow> candidates; ///< of a rule-based reconstruction; empty where there is none
    std::vector<float> met;            ///< true missing pT of each event; empty where unknown

    std::size_t size() const { return offsets.size() - 1; }
};

} // namespace widthwise::trainer
