// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_sample.h"

#include "core/models/jet_layout.h"
#include "core/trainer/data/compound_dataset.h"
#include "core/trainer/data/row_reader.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/flavours.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace widthwise::trainer {

namespace {

std::vector<Field> fieldsOf(const CompoundDataset& dataset, const std::vector<std::string>& names)
{
    std::vector<Field> fields;
    std::ranges::transform(names, std::back_inserter(fields),
                           [&](const std::string& name) { return dataset.field(name); });
    return fields;
}

/// A file with its two datasets.
struct File {
    explicit File(const std::string& path)
        : handle(openHdf5(path)), names(trackNames(handle.get())), jets(handle.get(), path, jetsDataset),
          tracks(handle.get(), path, names.dataset)
    {
        if (jets.columns() != 1) {
            throw InputError(path + ": dataset \"" + jetsDataset + "\" has " +
                             std::to_string(jets.columns()) + " compounds in a row: expected one, the jet");
        }
        if (tracks.dimensions() != 2 || tracks.columns() == 0) {
            throw InputError(path + ": dataset \"" + names.dataset +
                             "\" has no tracks in its rows: expected two dimensions, jets and their tracks");
        }
        if (tracks.rows() != jets.rows()) {
            throw InputError(path + ": dataset \"" + names.dataset + "\" has " +
                             std::to_string(tracks.rows()) + " rows for " + std::to_string(jets.rows()) +
                             " jets");
        }
    }

    static TrackNames trackNames(hid_t file)
    {
        const bool isTutorial = H5Lexists(file, atlasTracks.dataset, H5P_DEFAULT) <= 0 &&
                                H5Lexists(file, tutorialTracks.dataset, H5P_DEFAULT) > 0;
        return isTutorial ? tutorialTracks : atlasTracks;
    }

    Hdf5Handle handle;
    TrackNames names;
    CompoundDataset jets;
    CompoundDataset tracks;
};

constexpr std::size_t manyJets = 100; ///< more than can be without a track by chance

void callBetweenBlocks(const SampleRequest& request)
{
    if (request.betweenBlocks) {
        request.betweenBlocks();
    }
}

/// Calls `body` with the first row and the number of rows of each part of the block that lies in one chunk.
template <typename Body>
void forEachChunk(const Block& block, std::size_t chunkRows, const Body& body)
{
    const std::size_t end = block.first + block.rows;
    for (std::size_t first = block.first; first < end;) {
        const std::size_t next = std::min((first / chunkRows + 1) * chunkRows, end);
        body(first, next - first);
        first = next;
    }
}

/// Takes the rows of a block of jets and of their tracks apart.
class Unpacker {
public:
    Unpacker(const File& file, const SampleRequest& request, FlavourToClass classOf, JetSample& sample)
        : m_jets(file.jets), m_tracks(file.tracks), m_sample(sample), m_classOf(std::move(classOf)),
          m_jetFields(fieldsOf(m_jets, request.jetVariables)),
          m_trackFields(fieldsOf(m_tracks, request.trackVariables)), m_label(m_jets.field(flavourLabelField)),
          m_valid(m_tracks.field(validField))
    {
        if (request.origins) {
            m_origin = m_tracks.field(file.names.origin);
        }
        if (request.vertices) {
            m_vertex = m_tracks.field(file.names.vertex);
        }
    }

    /// Quickest for a whole chunk.
    void unpack(std::size_t first, std::size_t count)
    {
        const std::byte* jets = m_jetRows.read(first, count);
        const std::byte* tracks = m_trackRows.read(first, count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::byte* jet = jets + i * m_jets.stride();
            const std::int64_t label = m_classOf(m_label(jet));
            if (label < 0) {
                continue;
            }
            m_sample.labels.push_back(label);
            m_sample.rows.push_back(static_cast<std::uint32_t>(first + i));
            append(m_sample.jets, m_jetFields, jet);
            for (std::size_t j = 0; j < m_tracks.columns(); ++j) {
                const std::byte* track = tracks + (i * m_tracks.columns() + j) * m_tracks.stride();
                if (m_valid(track) != 0) {
                    appendTrack(track);
                }
            }
            m_sample.offsets.push_back(
                static_cast<std::int64_t>(m_sample.tracks.size() / m_trackFields.size()));
        }
    }

private:
    void appendTrack(const std::byte* track)
    {
        append(m_sample.tracks, m_trackFields, track);
        if (m_origin) {
            const double origin = (*m_origin)(track);
            m_sample.origins.push_back(
                static_cast<std::int8_t>(origin >= 0 && origin < originCount ? origin : -1));
        }
        if (m_vertex) {
            m_sample.vertices.push_back(static_cast<std::int32_t>((*m_vertex)(track)));
        }
    }
    static void append(std::vector<float>& values, const std::vector<Field>& fields, const std::byte* row)
    {
        const std::size_t size = values.size();
        values.resize(size + fields.size());
        std::ranges::transform(fields, values.begin() + static_cast<std::ptrdiff_t>(size),
                               [row](const Field& field) { return static_cast<float>(field(row)); });
    }

    const CompoundDataset& m_jets;
    const CompoundDataset& m_tracks;
    JetSample& m_sample;
    FlavourToClass m_classOf;
    std::vector<Field> m_jetFields;
    std::vector<Field> m_trackFields;
    Field m_label;
    Field m_valid;
    std::optional<Field> m_origin;
    std::optional<Field> m_vertex;
    RowReader m_jetRows{m_jets};
    RowReader m_trackRows{m_tracks};
};

} // namespace

std::size_t countJets(const std::string& path)
{
    const Hdf5Handle file = openHdf5(path);
    return CompoundDataset(file.get(), path, jetsDataset).rows();
}

TrackNames trackNamesOf(const std::string& path)
{
    return File(path).names;
}

std::vector<std::string> flavoursOf(const std::string& path)
{
    const Hdf5Handle file = openHdf5(path);
    return flavoursOf(CompoundDataset(file.get(), path, jetsDataset), path);
}

void JetSample::append(const JetSample& other)
{
    const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    const std::int64_t before = offsets.back();
    std::transform(other.offsets.begin() + 1, other.offsets.end(), std::back_inserter(offsets),
                   [&](std::int64_t offset) { return before + offset; });
    add(tracks, other.tracks);
    add(jets, other.jets);
    add(labels, other.labels);
    add(rows, other.rows);
    add(origins, other.origins);
    add(vertices, other.vertices);
}

void JetSample::reserve(std::size_t count)
{
    const double growth = 1.05 * static_cast<double>(count) / static_cast<double>(size());
    const auto extend = [growth](auto& values) {
        values.reserve(static_cast<std::size_t>(growth * static_cast<double>(values.size())));
    };
    extend(offsets);
    extend(tracks);
    extend(jets);
    extend(labels);
    extend(origins);
    extend(vertices);
}

std::vector<Block> blocksOf(const SampleRequest& request)
{
    constexpr std::size_t wanted = 2000;
    const File file(request.path);
    const std::size_t chunk = file.tracks.chunkRows();
    const std::size_t step = std::max(wanted / chunk, std::size_t{1}) * chunk;
    const std::size_t end = std::min(request.first + request.count, file.jets.rows());
    const FlavourToClass classOf(file.jets, request.path, request.classes);
    const Field label = file.jets.field(flavourLabelField);
    UnknownFlavours unknown(request.path, classOf);
    NeverWritten unwritten(file.jets, request.path);

    if (request.first < end) {
        file.jets.requireRows(request.first, end - request.first);
        file.tracks.requireRows(request.first, end - request.first);
    }
    std::vector<Block> blocks;
    RowReader rows(file.jets);
    for (std::size_t first = request.first; first < end;) {
        callBetweenBlocks(request);
        Block& block = blocks.emplace_back(Block{.first = first});
        block.rows = std::min((first / step + 1) * step, end) - first;
        forEachChunk(block, file.jets.chunkRows(), [&](std::size_t from, std::size_t count) {
            const std::byte* jet = rows.read(from, count);
            for (std::size_t row = from; row < from + count; ++row, jet += file.jets.stride()) {
                unwritten.add(row, jet);
                unknown.add(row, label(jet));
                block.jets += classOf(label(jet)) >= 0 ? 1 : 0;
            }
        });
        first += block.rows;
    }
    unwritten.refuse();
    unknown.refuse();
    return blocks;
}

JetSample readJets(const SampleRequest& request)
{
    const File file(request.path);
    JetSample sample;
    sample.jetVariables = request.jetVariables;
    sample.trackVariables = request.trackVariables;
    sample.tracksDataset = file.names.dataset;
    FlavourToClass classOf(file.jets, request.path, request.classes);
    sample.classes = classOf.classes();
    Unpacker unpacker(file, request, std::move(classOf), sample);
    for (const Block& block : blocksOf(request)) {
        callBetweenBlocks(request);
        const auto tracks = sample.offsets.back();
        forEachChunk(block, file.tracks.chunkRows(),
                     [&](std::size_t first, std::size_t count) { unpacker.unpack(first, count); });
        if (block.jets >= manyJets && sample.offsets.back() == tracks) {
            throw InputError(request.path + ": dataset \"" + file.names.dataset +
                             "\" has no valid track in rows " + std::to_string(block.first) + " to " +
                             std::to_string(block.first + block.rows - 1) +
                             ": they were never written, or \"" + validField + "\" is wrong");
        }
    }
    return sample;
}

void gather(const JetSample& sample, std::span<const std::uint32_t> jets, JetBatch& batch)
{
    const std::size_t perTrack = sample.trackVariables.size();
    const std::size_t perJet = sample.jetVariables.size();
    for (const std::uint32_t jet : jets) {
        batch.offsets.push_back(batch.offsets.back() + sample.offsets[jet + 1] - sample.offsets[jet]);
        batch.labels.push_back(sample.labels[jet]);
    }
    const std::size_t before = batch.tokens.size();
    batch.tokens.resize(static_cast<std::size_t>(batch.offsets.back()) * (perTrack + perJet));
    auto to = batch.tokens.begin() + static_cast<std::ptrdiff_t>(before);
    for (const std::uint32_t jet : jets) {
        for (auto track = sample.offsets[jet]; track < sample.offsets[jet + 1]; ++track) {
            to = std::copy_n(&sample.tracks[static_cast<std::size_t>(track) * perTrack], perTrack, to);
            to = std::copy_n(sample.jets.begin() + static_cast<std::ptrdiff_t>(jet * perJet), perJet, to);
        }
        const auto copyLabels = [&](const auto& from, auto& labels) {
            if (!from.empty()) {
                labels.insert(labels.end(), from.begin() + sample.offsets[jet],
                              from.begin() + sample.offsets[jet + 1]);
            }
        };
        copyLabels(sample.origins, batch.origins);
        copyLabels(sample.vertices, batch.vertices);
    }
}

JetBatch gather(const JetSample& sample, std::span<const std::uint32_t> jets)
{
    JetBatch batch;
    gather(sample, jets, batch);
    return batch;
}

} // namespace widthwise::trainer
