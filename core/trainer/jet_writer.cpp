// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/jet_writer.h"

#include "core/trainer/error.h"
#include "core/trainer/hdf5_handle.h"
#include "core/trainer/jet_layout.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <unistd.h>
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

hid_t checked(hid_t id, const std::string& path)
{
    if (id < 0) {
        throw InputError(path + ": cannot be written" + hdf5Reason());
    }
    return id;
}

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

void writeText(hid_t object, const char* name, const std::string& text)
{
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), std::max<std::size_t>(text.size(), 1));
    Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    Hdf5Handle attribute(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
    H5Awrite(attribute.get(), type.get(), text.data());
}

void writeFlavourNames(hid_t dataset)
{
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    constexpr hsize_t count = flavourCount;
    Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    Hdf5Handle attribute(
        H5Acreate2(dataset, flavourLabelField, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    std::array<const char*, flavourCount> names{};
    std::ranges::transform(flavourNames, names.begin(), &std::string_view::data);
    H5Awrite(attribute.get(), type.get(), names.data());
}

/// A chunked dataset of [jets] or [jets, tracksPerJet] rows that is written block by block.
class BlockDataset {
public:
    BlockDataset(hid_t file, const std::string& path, const char* name, Hdf5Handle type, std::uint64_t jets,
                 int rank)
        : m_path(path), m_type(std::move(type)), m_rank(rank)
    {
        const std::array<hsize_t, 2> size{jets, tracksPerJet};
        const std::array<hsize_t, 2> chunk{std::clamp<hsize_t>(jets, 1, 100), tracksPerJet};
        Hdf5Handle space(H5Screate_simple(rank, size.data(), nullptr), H5Sclose);
        Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_chunk(properties.get(), rank, chunk.data());
        H5Pset_deflate(properties.get(), 1);
        H5Pset_obj_track_times(properties.get(), false); // the same request gives the same bytes
        const Hdf5Handle packed(H5Tcopy(m_type.get()), H5Tclose);
        H5Tpack(packed.get());
        m_dataset = {checked(H5Dcreate2(file, name, packed.get(), space.get(), H5P_DEFAULT, properties.get(),
                                        H5P_DEFAULT),
                             path),
                     H5Dclose};
    }

    void write(std::uint64_t firstJet, std::uint64_t jets, const void* rows)
    {
        const std::array<hsize_t, 2> start{firstJet, 0};
        const std::array<hsize_t, 2> count{jets, tracksPerJet};
        Hdf5Handle memory(H5Screate_simple(m_rank, count.data(), nullptr), H5Sclose);
        Hdf5Handle target(H5Dget_space(m_dataset.get()), H5Sclose);
        H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
        checked(H5Dwrite(m_dataset.get(), m_type.get(), memory.get(), target.get(), H5P_DEFAULT, rows),
                m_path);
    }

    hid_t id() const { return m_dataset.get(); }

private:
    std::string m_path;
    Hdf5Handle m_type;
    Hdf5Handle m_dataset;
    int m_rank;
};

void writeJets(hid_t file, const SimulationRequest& request, const std::string& path)
{
    constexpr std::uint64_t block = 1000;
    BlockDataset jets(file, path, jetsDataset, jetType(), request.jets, 1);
    BlockDataset tracks(file, path, atlasTracks.dataset, trackType(), request.jets, 2);
    writeFlavourNames(jets.id());

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
    prepareHdf5();
    const std::string partial = request.path + ".partial";
    try {
        Hdf5Handle file(
            checked(H5Fcreate(partial.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), request.path),
            H5Fclose);
        writeText(file.get(), "simulation", "toy simulation by widthwise-trainer simulate; not ATLAS data");
        writeText(file.get(), "seed", std::to_string(request.seed));
        writeJets(file.get(), request, request.path);
        checked(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), request.path);
    } catch (const InputError&) {
        unlink(partial.c_str());
        throw;
    }
    if (std::rename(partial.c_str(), request.path.c_str()) != 0) {
        throw InputError(request.path + ": cannot be written");
    }
}

} // namespace widthwise::trainer
