// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/event_writer.h"

#include "core/trainer/data/hdf5_writer.h"
#include "core/trainer/error.h"
#include "core/trainer/families/events/event_jets.h"
#include "core/trainer/families/events/flow_rules.h"
#include "core/trainer/families/events/toy_event.h"

#include <algorithm>
#include <array>

namespace widthwise::trainer {

namespace {

/// A dataset of `columns` numbers a row, or of numbers alone where that is 0, which grows block by block.
/// Compressed with the bytes of equal weight side by side: 60 % of the size.
class GrowingDataset {
public:
    GrowingDataset(const Hdf5Writer& writer, const char* name, hid_t type, hsize_t columns)
        : m_path(writer.path()), m_name(name), m_type(type), m_columns(columns)
    {
        constexpr hsize_t chunkRows = 4096;
        const std::array<hsize_t, 2> none{0, columns};
        const std::array<hsize_t, 2> most{H5S_UNLIMITED, columns};
        const std::array<hsize_t, 2> chunk{chunkRows, columns};
        const Hdf5Handle space(H5Screate_simple(rank(), none.data(), most.data()), H5Sclose);
        const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_chunk(properties.get(), rank(), chunk.data());
        H5Pset_shuffle(properties.get());
        H5Pset_deflate(properties.get(), 1);
        H5Pset_obj_track_times(properties.get(), false); // the same content gives the same bytes
        m_dataset = {
            H5Dcreate2(writer.file(), name, type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
            H5Dclose};
        require(static_cast<bool>(m_dataset));
    }

    void append(const void* rows, hsize_t count)
    {
        if (count == 0) {
            return;
        }
        const std::array<hsize_t, 2> size{m_rows + count, m_columns};
        const std::array<hsize_t, 2> start{m_rows, 0};
        const std::array<hsize_t, 2> part{count, m_columns};
        require(H5Dset_extent(m_dataset.get(), size.data()) >= 0);
        const Hdf5Handle memory(H5Screate_simple(rank(), part.data(), nullptr), H5Sclose);
        const Hdf5Handle target(H5Dget_space(m_dataset.get()), H5Sclose);
        H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, part.data(), nullptr);
        require(H5Dwrite(m_dataset.get(), m_type, memory.get(), target.get(), H5P_DEFAULT, rows) >= 0);
        m_rows += count;
    }
    hsize_t rows() const { return m_rows; }

private:
    int rank() const { return m_columns > 0 ? 2 : 1; }
    void require(bool success) const
    {
        if (!success) {
            throw InputError(m_path + ": dataset \"" + m_name + "\" cannot be written" + hdf5Reason());
        }
    }

    std::string m_path;
    std::string m_name;
    hid_t m_type;
    hsize_t m_columns;
    hsize_t m_rows = 0;
    Hdf5Handle m_dataset;
};

/// Rows of some length for each event, and where those of each event begin.
class PackedDataset {
public:
    PackedDataset(const Hdf5Writer& writer, const char* name, const char* offsets, hsize_t columns)
        : m_rows(writer, name, H5T_NATIVE_FLOAT, columns), m_offsets(writer, offsets, H5T_NATIVE_INT64, 0)
    {
        const std::int64_t first = 0;
        m_offsets.append(&first, 1);
    }
    template <typename Row>
    void append(const std::vector<Row>& rows, const std::vector<std::int64_t>& counts)
    {
        std::vector<std::int64_t> ends;
        auto end = static_cast<std::int64_t>(m_rows.rows());
        for (const std::int64_t count : counts) {
            ends.push_back(end += count);
        }
        m_rows.append(rows.data(), rows.size());
        m_offsets.append(ends.data(), ends.size());
    }

private:
    GrowingDataset m_rows;
    GrowingDataset m_offsets;
};

void writeNumber(hid_t object, const char* name, hid_t type, const void* value)
{
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Handle attribute(H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose);
    H5Awrite(attribute.get(), type, value);
}

std::vector<std::string> texts(std::span<const std::string_view> names)
{
    return {names.begin(), names.end()};
}

void writeAttributes(const Hdf5Writer& writer, const EventSimulation& request)
{
    const hid_t file = writer.file();
    const std::int64_t version = 1;
    const std::int64_t toy = 1;
    const double field = toyDetector(request.preset).field;
    std::vector<std::string> columns = texts(targetColumns);
    for (const std::string_view name : furtherTargetColumns) {
        columns.emplace_back(name);
    }

    writeText(file, "format", "mlpf");
    writeNumber(file, "format_version", H5T_NATIVE_INT64, &version);
    writeTexts(file, "element_columns_track", texts(trackColumns));
    writeTexts(file, "element_columns_cluster", texts(clusterColumns));
    writeTexts(file, "target_columns", columns);
    writeTexts(file, "class_names", texts(particleClassNames));
    const hsize_t classes = particleClassCount;
    const Hdf5Handle space(H5Screate_simple(1, &classes, nullptr), H5Sclose);
    const Hdf5Handle pdg(
        H5Acreate2(file, "class_pdg", H5T_NATIVE_INT32, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    H5Awrite(pdg.get(), H5T_NATIVE_INT32, particleClassPdg.data());
    writeNumber(file, "b_field", H5T_NATIVE_DOUBLE, &field);
    writeNumber(file, "toy", H5T_NATIVE_INT64, &toy);
    writeText(file, "detector", "toy, " + std::string(nameOf(request.preset)));
    writeText(file, "simulation", "toy simulation by widthwise-trainer simulate; not data of an experiment");
    writeText(file, "source", "toy simulation, seed " + std::to_string(request.seed));
    writeText(file, "seed", std::to_string(request.seed));
}

struct EventRow {
    float genmet;
    std::uint8_t process;
    std::uint32_t run;
    std::uint64_t event;
};

Hdf5Handle eventType()
{
    Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(EventRow)), H5Tclose);
    H5Tinsert(type.get(), "genmet", offsetof(EventRow, genmet), H5T_NATIVE_FLOAT);
    H5Tinsert(type.get(), "process", offsetof(EventRow, process), H5T_NATIVE_UINT8);
    H5Tinsert(type.get(), "run", offsetof(EventRow, run), H5T_NATIVE_UINT32);
    H5Tinsert(type.get(), "event", offsetof(EventRow, event), H5T_NATIVE_UINT64);
    return type;
}

using FullTargetRow = std::array<float, targetColumnCount + furtherTargetColumns.size()>;

/// Some events, as they go into the file.
struct EventBlock {
    std::vector<EventRow> events;
    std::vector<ElementRow> elements;
    std::vector<FullTargetRow> targets;
    std::vector<TargetRow> candidates;
    std::vector<JetRow> jets;
    std::vector<JetRow> targetJets;
    std::vector<std::int64_t> elementCounts, jetCounts, targetJetCounts;
};

void addJets(const std::vector<Momentum>& particles, std::vector<JetRow>& rows,
             std::vector<std::int64_t>& counts)
{
    const std::vector<Momentum> jets = clusterJets(particles, jetRadius, lowestJetPt);
    for (const Momentum& jet : jets) {
        rows.push_back({static_cast<float>(jet.momentum.transverse()), static_cast<float>(jet.momentum.eta()),
                        static_cast<float>(jet.momentum.phi()), static_cast<float>(jet.energy)});
    }
    counts.push_back(std::ssize(jets));
}

EventBlock simulate(const EventSimulation& request, std::uint64_t first, std::uint64_t count)
{
    const ToyDetector detector = toyDetector(request.preset);
    EventBlock block;
    for (std::uint64_t index = first; index < first + count; ++index) {
        const ToyEvent event = simulateToyEvent(request.preset, request.seed, index);
        block.events.push_back({static_cast<float>(event.met), 0, 1, index});
        block.elementCounts.push_back(std::ssize(event.elements));
        std::ranges::copy(event.elements, std::back_inserter(block.elements));
        std::ranges::copy(reconstructByRules(event.elements, detector), std::back_inserter(block.candidates));
        std::vector<Momentum> momenta;
        for (const ToyParticle& particle : event.particles) {
            momenta.push_back({particle.momentum, particle.energy});
        }
        addJets(momenta, block.jets, block.jetCounts);
        momenta.clear();
        for (std::size_t i = 0; i < event.targets.size(); ++i) {
            FullTargetRow& row = block.targets.emplace_back();
            std::ranges::copy(event.further[i], std::ranges::copy(event.targets[i], row.begin()).out);
            momenta.push_back(momentumOf(event.targets[i]));
        }
        addJets(momenta, block.targetJets, block.targetJetCounts);
    }
    return block;
}

void writeEvents(const Hdf5Writer& writer, const EventSimulation& request)
{
    constexpr std::uint64_t blockSize = 1000;
    RowDataset events(writer, "events", eventType(), request.events);
    PackedDataset elements(writer, "elements", "offsets", elementColumnCount);
    GrowingDataset targets(writer, "targets", H5T_NATIVE_FLOAT, std::tuple_size_v<FullTargetRow>);
    GrowingDataset candidates(writer, "candidates", H5T_NATIVE_FLOAT, targetColumnCount);
    PackedDataset jets(writer, "genjets", "genjet_offsets", std::tuple_size_v<JetRow>);
    PackedDataset targetJets(writer, "targetjets", "targetjet_offsets", std::tuple_size_v<JetRow>);
    for (std::uint64_t first = 0; first < request.events; first += blockSize) {
        const std::uint64_t count = std::min(blockSize, request.events - first);
        const EventBlock block = simulate(request, first, count);
        events.write(first, count, block.events.data());
        elements.append(block.elements, block.elementCounts);
        targets.append(block.targets.data(), block.targets.size());
        candidates.append(block.candidates.data(), block.candidates.size());
        jets.append(block.jets, block.jetCounts);
        targetJets.append(block.targetJets, block.targetJetCounts);
    }
}

} // namespace

void writeToyEvents(const EventSimulation& request)
{
    Hdf5Writer writer(request.path);
    writeAttributes(writer, request);
    writeEvents(writer, request);
    writer.finish();
}

} // namespace widthwise::trainer
