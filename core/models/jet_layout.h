// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace widthwise::trainer {

/// Names in salt's HDF5 layout (salt/utils/inputs.py, salt/configs/GN2): a dataset `jets` with one compound
/// per jet and a dataset `tracks` with a fixed number of compounds per jet, of which `valid` marks those that
/// exist.
inline constexpr const char* jetsDataset = "jets";
inline constexpr const char* validField = "valid";
inline constexpr const char* flavourLabelField =
    "flavour_label"; ///< index into the attribute of the same name on `jets`

/// How a kind of file names its tracks.
struct TrackNames {
    const char* dataset;
    const char* origin; ///< see Origin in simulation.h
    const char* vertex; ///< the same for tracks of one vertex; below 0 where there is none
};
inline constexpr TrackNames atlasTracks{"tracks", "ftagTruthOriginLabel", "ftagTruthVertexIndex"};
/// salt's tutorial on open data (zenodo.org/records/10371998, salt/configs/tutorial.yaml).
inline constexpr TrackNames tutorialTracks{"consts", "truth_origin_label", "truth_vertex_idx"};

/// GN2's 19 track inputs.
inline constexpr std::array<std::string_view, 19> gn2TrackVariables{
    "d0",
    "z0SinTheta",
    "dphi",
    "deta",
    "qOverP",
    "IP3D_signed_d0_significance",
    "IP3D_signed_z0_significance",
    "phiUncertainty",
    "thetaUncertainty",
    "qOverPUncertainty",
    "numberOfPixelHits",
    "numberOfSCTHits",
    "numberOfInnermostPixelLayerHits",
    "numberOfNextToInnermostPixelLayerHits",
    "numberOfInnermostPixelLayerSharedHits",
    "numberOfInnermostPixelLayerSplitHits",
    "numberOfPixelSharedHits",
    "numberOfPixelSplitHits",
    "numberOfSCTSharedHits",
};

inline constexpr std::size_t tracksPerJet = 40;

/// Classes of ftagTruthOriginLabel.
inline constexpr int originCount = 8;

} // namespace widthwise::trainer
