// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/jet_sample.h"

#include "core/trainer/compound_dataset.h"
#include "core/trainer/error.h"
#include "core/trainer/jet_layout.h"
#include "core/trainer/settings.h"
#include "core/trainer/task.h"

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

/// For each flavour of the file, its class, or −1.
std::vector<std::int64_t> classOfFlavour(const std::vector<std::string>& flavours,
                                         const std::vector<std::string>& classes, const std::string& path)
{
    std::vector<std::int64_t> classOf(flavours.size(), -1);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const auto found = std::ranges::find(flavours, classes[i]);
        if (found == flavours.end()) {
            const auto near = nearest(classes[i], flavours);
            throw InputError(path + ": no jets of the class \"" + classes[i] + "\"" +
                             (near ? "; the nearest is \"" + *near + "\"" : ""));
        }
        classOf[static_cast<std::size_t>(found - flavours.begin())] = static_cast<std::int64_t>(i);
    }
    return classOf;
}

/// Takes the rows of a block of jets and of their tracks apart.
class Unpacker {
public:
    Unpacker(const CompoundDataset& jets, const CompoundDataset& tracks, JetSample& sample,
             std::vector<std::int64_t> classOf)
        : m_jets(jets), m_tracks(tracks), m_sample(sample), m_classOf(std::move(classOf)),
          m_jetFields(fieldsOf(jets, sample.jetVariables)),
          m_trackFields(fieldsOf(tracks, sample.trackVariables)), m_label(jets.field(flavourLabelField)),
          m_valid(tracks.field(validField))
    {
    }

    void alsoOrigins(const char* name) { m_origin = m_tracks.field(name); }
    void alsoVertices(const char* name) { m_vertex = m_tracks.field(name); }

    void unpack(std::size_t first, std::size_t count)
    {
        m_jets.read(first, count, m_jetBytes);
        m_tracks.read(first, count, m_trackBytes);
        for (std::size_t i = 0; i < count; ++i) {
            const std::byte* jet = &m_jetBytes[i * m_jets.stride()];
            const std::int64_t label = classOf(m_label(jet));
            if (label < 0) {
                continue;
            }
            m_sample.labels.push_back(label);
            append(m_sample.jets, m_jetFields, jet);
            for (std::size_t j = 0; j < m_tracks.columns(); ++j) {
                const std::byte* track = &m_trackBytes[(i * m_tracks.columns() + j) * m_tracks.stride()];
                if (m_valid(track) != 0) {
                    appendTrack(track);
                }
            }
            m_sample.offsets.push_back(
                static_cast<std::int64_t>(m_sample.tracks.size() / m_trackFields.size()));
        }
    }

private:
    std::int64_t classOf(double flavour) const
    {
        const bool known = flavour >= 0 && flavour < static_cast<double>(m_classOf.size());
        return known ? m_classOf[static_cast<std::size_t>(flavour)] : -1;
    }
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
        for (const Field& field : fields) {
            values.push_back(static_cast<float>(field(row)));
        }
    }

    const CompoundDataset& m_jets;
    const CompoundDataset& m_tracks;
    JetSample& m_sample;
    std::vector<std::int64_t> m_classOf;
    std::vector<Field> m_jetFields;
    std::vector<Field> m_trackFields;
    Field m_label;
    Field m_valid;
    std::optional<Field> m_origin;
    std::optional<Field> m_vertex;
    std::vector<std::byte> m_jetBytes;
    std::vector<std::byte> m_trackBytes;
};

} // namespace

std::size_t countJets(const std::string& path)
{
    const Hdf5Handle file = openHdf5(path);
    return CompoundDataset(file.get(), path, jetsDataset).rows();
}

std::vector<std::string> flavoursOf(const std::string& path)
{
    const Hdf5Handle file = openHdf5(path);
    return CompoundDataset(file.get(), path, jetsDataset).textAttribute(flavourLabelField);
}

JetSample readJets(const SampleRequest& request)
{
    constexpr std::size_t block = 2000;
    const Hdf5Handle file = openHdf5(request.path);
    const CompoundDataset jets(file.get(), request.path, jetsDataset);
    const bool isTutorial = H5Lexists(file.get(), atlasTracks.dataset, H5P_DEFAULT) <= 0 &&
                            H5Lexists(file.get(), tutorialTracks.dataset, H5P_DEFAULT) > 0;
    const TrackNames names = isTutorial ? tutorialTracks : atlasTracks;
    const CompoundDataset tracks(file.get(), request.path, names.dataset);
    if (tracks.rows() != jets.rows()) {
        throw InputError(request.path + ": dataset \"" + names.dataset + "\" has " +
                         std::to_string(tracks.rows()) + " rows for " + std::to_string(jets.rows()) +
                         " jets");
    }

    JetSample sample;
    sample.jetVariables = request.jetVariables;
    sample.trackVariables = request.trackVariables;
    sample.tracksDataset = names.dataset;
    const std::vector<std::string> flavours = jets.textAttribute(flavourLabelField);
    sample.classes = request.classes.empty() ? flavours : request.classes;
    Unpacker unpacker(jets, tracks, sample, classOfFlavour(flavours, sample.classes, request.path));
    if (request.origins) {
        unpacker.alsoOrigins(names.origin);
    }
    if (request.vertices) {
        unpacker.alsoVertices(names.vertex);
    }

    const std::size_t step = std::max(block / tracks.chunkRows(), std::size_t{1}) * tracks.chunkRows();
    const std::size_t end = std::min(request.first + request.count, jets.rows());
    for (std::size_t first = request.first; first < end;) {
        const std::size_t next = std::min((first / step + 1) * step, end);
        unpacker.unpack(first, next - first);
        first = next;
    }
    return sample;
}

Batch gather(const JetSample& sample, std::span<const std::uint32_t> jets)
{
    const std::size_t perTrack = sample.trackVariables.size();
    const std::size_t perJet = sample.jetVariables.size();
    Batch batch;
    batch.offsets.reserve(jets.size() + 1);
    batch.offsets.push_back(0);
    for (const std::uint32_t jet : jets) {
        batch.offsets.push_back(batch.offsets.back() + sample.offsets[jet + 1] - sample.offsets[jet]);
        batch.labels.push_back(sample.labels[jet]);
    }
    batch.tokens.resize(static_cast<std::size_t>(batch.offsets.back()) * (perTrack + perJet));
    auto to = batch.tokens.begin();
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
    return batch;
}

} // namespace widthwise::trainer
