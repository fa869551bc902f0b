// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_writer.h"

#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_writer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace widthwise::trainer {

namespace {

struct JetRow {
    float pt, eta;
    std::int32_t truthId, flavour;
    std::int64_t eventNumber;
};

/// A row of `tracks`; `track` is all NaN and −1 where `valid` is 0, as salt pads.
struct TrackRow {
    SimulatedTrack track;
    std::int8_t valid;
};

Hdf5Handle jetType()
{
    Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(JetRow)), H5Tclose);
    H5Tinsert(type.get(), "pt_btagJes", offsetof(JetRow, pt), H5T_NATIVE_FLOAT);
    H5Tinsert(type.get(), "eta_btagJes", offsetof(JetRow, eta), H5T_NATIVE_FLOAT);
    H5Tinsert(type.get(), "HadronConeExclTruthLabelID", offsetof(JetRow, truthId), H5T_NATIVE_INT32);
    H5Tinsert(type.get(), flavourLabelField, offsetof(JetRow, flavour), H5T_NATIVE_INT32);
    H5Tinsert(type.get(), "eventNumber", offsetof(JetRow, eventNumber), H5T_NATIVE_INT64);
    return type;
}

Hdf5Handle trackType()
{
    Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(TrackRow)), H5Tclose);
    constexpr std::array floats{
        offsetof(SimulatedTrack, d0),
        offsetof(SimulatedTrack, z0SinTheta),
        offsetof(SimulatedTrack, dphi),
        offsetof(SimulatedTrack, deta),
        offsetof(SimulatedTrack, qOverP),
        offsetof(SimulatedTrack, d0Significance),
        offsetof(SimulatedTrack, z0Significance),
        offsetof(SimulatedTrack, phiUncertainty),
        offsetof(SimulatedTrack, thetaUncertainty),
        offsetof(SimulatedTrack, qOverPUncertainty),
    };
    constexpr std::array counts{
        offsetof(SimulatedTrack, pixelHits),           offsetof(SimulatedTrack, sctHits),
        offsetof(SimulatedTrack, innermostHits),       offsetof(SimulatedTrack, nextToInnermostHits),
        offsetof(SimulatedTrack, innermostSharedHits), offsetof(SimulatedTrack, innermostSplitHits),
        offsetof(SimulatedTrack, pixelSharedHits),     offsetof(SimulatedTrack, pixelSplitHits),
        offsetof(SimulatedTrack, sctSharedHits),
    };
    static_assert(floats.size() + counts.size() == gn2TrackVariables.size());
    std::size_t name = 0;
    for (const std::size_t offset : floats) {
        H5Tinsert(type.get(), gn2TrackVariables[name++].data(), offset, H5T_NATIVE_FLOAT);
    }
    for (const std::size_t offset : counts) {
        H5Tinsert(type.get(), gn2TrackVariables[name++].data(), offset, H5T_NATIVE_UINT8);
    }
    H5Tinsert(type.get(), atlasTracks.origin, offsetof(SimulatedTrack, origin), H5T_NATIVE_INT32);
    H5Tinsert(type.get(), atlasTracks.vertex, offsetof(SimulatedTrack, vertex), H5T_NATIVE_INT32);
    H5Tinsert(type.get(), "ftagTruthTypeLabel", offsetof(SimulatedTrack, type), H5T_NATIVE_INT32);

    Hdf5Handle boolean(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose); // as h5py writes a bool
    for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
        H5Tenum_insert(boolean.get(), value == 0 ? "FALSE" : "TRUE", &value);
    }
    H5Tinsert(type.get(), validField, offsetof(TrackRow, valid), boolean.get());
    return type;
}

TrackRow paddingRow()
{
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr std::uint8_t none = 255; // −1 in eight bits, as salt's files have it
    constexpr auto noLabel = -1;
    TrackRow row{};
    row.track = {nan,     nan,
                 nan,     nan,
                 nan,     nan,
                 nan,     nan,
                 nan,     nan,
                 none,    none,
                 none,    none,
                 none,    none,
                 none,    none,
                 none,    static_cast<Origin>(noLabel),
                 noLabel, static_cast<TruthType>(noLabel)};
    return row;
}

void writeJets(const Hdf5Writer& writer, const SimulationRequest& request)
{
    constexpr std::uint64_t block = 1000;
    RowDataset jets(writer, jetsDataset, jetType(), request.jets);
    RowDataset tracks(writer, atlasTracks.dataset, trackType(), request.jets, tracksPerJet);
    writeTexts(jets.id(), flavourLabelField, {flavourNames.begin(), flavourNames.end()});

    std::vector<JetRow> jetRows;
    std::vector<TrackRow> trackRows;
    for (std::uint64_t first = 0; first < request.jets; first += block) {
        const std::uint64_t count = std::min(block, request.jets - first);
        jetRows.clear();
        trackRows.assign(count * tracksPerJet, paddingRow());
        for (std::uint64_t i = 0; i < count; ++i) {
            const SimulatedJet jet = simulateJet(request.seed, first + i, request.fractions);
            const auto flavour = static_cast<std::size_t>(jet.flavour);
            jetRows.push_back({jet.pt, jet.eta, flavourTruthIds[flavour], static_cast<std::int32_t>(flavour),
                               static_cast<std::int64_t>(first + i)});
            std::ranges::transform(jet.tracks, &trackRows[i * tracksPerJet], [](const SimulatedTrack& track) {
                return TrackRow{track, 1};
            });
        }
        jets.write(first, count, jetRows.data());
        tracks.write(first, count, trackRows.data());
    }
}

} // namespace

void writeSimulation(const SimulationRequest& request)
{
    Hdf5Writer writer(request.path);
    writeText(writer.file(), "simulation", "toy simulation by widthwise-trainer simulate; not ATLAS data");
    writeText(writer.file(), "seed", std::to_string(request.seed));
    writeJets(writer, request);
    writer.finish();
}

} // namespace widthwise::trainer
