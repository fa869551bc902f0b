// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/event_file.h"

#include "core/space/nearest.h"
#include "core/trainer/data/compound_dataset.h"
#include "core/trainer/data/row_reader.h"
#include "core/trainer/data/stored_rows.h"
#include "core/trainer/error.h"
#include "core/trainer/families/events/file_attributes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sstream>

namespace widthwise::trainer {

namespace {

constexpr std::size_t trackColumnCount = elementColumnCount - 1; // the last is unused

std::string text(double number)
{
    std::ostringstream out;
    out << number;
    return out.str();
}

constexpr const char* notFinite =
    "the file needs finite numbers: where a quantity is unknown, write 0, as particleflow does";

} // namespace

EventFile::EventFile(std::string path) : m_path(std::move(path)), m_file(openHdf5(m_path))
{
    requireFormat();
    m_elements = open("elements", 2);
    m_targets = open("targets", 2);
    m_offsets = readOffsets("offsets", m_elements);
    if (m_targets.rows != m_elements.rows) {
        fail("targets", "has " + std::to_string(m_targets.rows) + " rows and \"elements\" has " +
                            std::to_string(m_elements.rows) + ": each element needs its target");
    }
    m_trackColumns =
        columns("element_columns_track", m_elements, std::span(trackColumns).first(trackColumnCount));
    m_clusterColumns = columns("element_columns_cluster", m_elements, clusterColumns);
    m_targetColumns = columns("target_columns", m_targets, targetColumns);
    const auto exists = [&](const char* name) { return H5Lexists(m_file.get(), name, H5P_DEFAULT) > 0; };
    if (exists("candidates")) {
        m_candidates = open("candidates", 2);
        if (m_candidates.rows != m_elements.rows || m_candidates.columns != targetColumnCount) {
            fail("candidates", "has the shape [" + std::to_string(m_candidates.rows) + ", " +
                                   std::to_string(m_candidates.columns) + "]: expected [" +
                                   std::to_string(m_elements.rows) + ", " +
                                   std::to_string(targetColumnCount) + "], a row for each element");
        }
    }
    if (exists("genjets")) {
        m_genJets = open("genjets", 2);
        if (m_genJets.columns != std::tuple_size_v<JetRow>) {
            fail("genjets",
                 "has " + std::to_string(m_genJets.columns) + " columns: expected pt, eta, phi and energy");
        }
        m_genJetOffsets = readOffsets("genjet_offsets", m_genJets);
        if (m_genJetOffsets.size() != m_offsets.size()) {
            fail("genjet_offsets", "has " + std::to_string(m_genJetOffsets.size()) +
                                       " numbers and \"offsets\" has " + std::to_string(m_offsets.size()) +
                                       ": both have one more than there are events");
        }
    }
    m_hasMet = exists("events");
    m_isToy = numberAttribute(m_file.get(), "toy").value_or(0) != 0;
    m_field = numberAttribute(m_file.get(), "b_field").value_or(std::numeric_limits<double>::quiet_NaN());
}

void EventFile::fail(const std::string& dataset, const std::string& what) const
{
    throw InputError(m_path + ": dataset \"" + dataset + "\" " + what);
}

void EventFile::requireFormat() const
{
    const auto format = textAttribute(m_file.get(), "format");
    if (format != "mlpf") {
        throw InputError(m_path + ": not a file of particle-flow events: its attribute \"format\" " +
                         (format ? "is \"" + *format + "\"" : std::string("is missing")) +
                         ", expected \"mlpf\"");
    }
    const auto version = numberAttribute(m_file.get(), "format_version");
    if (version != 1) {
        throw InputError(m_path + ": attribute \"format_version\" " +
                         (version ? "is " + text(*version) : std::string("is missing")) +
                         ": this program reads version 1");
    }
    const auto pdg = numbersAttribute(m_file.get(), "class_pdg");
    if (pdg && !std::ranges::equal(*pdg, particleClassPdg)) {
        throw InputError(m_path + ": attribute \"class_pdg\" is not 0, 211, 130, 22, 11, 13: this program "
                                  "knows these classes in this order");
    }
}

EventFile::Matrix EventFile::open(const std::string& name, std::size_t rank) const
{
    if (H5Lexists(m_file.get(), name.c_str(), H5P_DEFAULT) <= 0) {
        throw InputError(m_path + ": there is no dataset \"" + name + "\"");
    }
    Matrix matrix{{H5Dopen2(m_file.get(), name.c_str(), H5P_DEFAULT), H5Dclose}, name};
    if (!matrix.id) {
        fail(name, "cannot be opened" + hdf5Reason());
    }
    const Hdf5Handle type(H5Dget_type(matrix.id.get()), H5Tclose);
    const H5T_class_t kind = H5Tget_class(type.get());
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
        fail(name, "has the wrong type: expected numbers");
    }
    const Hdf5Handle space(H5Dget_space(matrix.id.get()), H5Sclose);
    const int dimensions = H5Sget_simple_extent_ndims(space.get());
    if (dimensions != static_cast<int>(rank)) {
        fail(name, "has " + std::to_string(dimensions) + " dimensions: expected " + std::to_string(rank));
    }
    std::array<hsize_t, 2> size{0, 1};
    H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
    constexpr hsize_t mostColumns = 10000;
    if (size[1] > mostColumns) {
        fail(name, "has " + std::to_string(size[1]) + " columns: the file is damaged");
    }
    matrix.rows = size[0];
    matrix.columns = size[1];
    return matrix;
}

std::vector<std::int64_t> EventFile::readOffsets(const std::string& name, const Matrix& rows) const
{
    const Matrix list = open(name, 1);
    if (list.rows == 0) {
        fail(name, "is empty: it has one number more than there are events, the first of them 0");
    }
    requireStored({list.id.get(), m_path, name}, 0, list.rows);
    std::vector<std::int64_t> offsets;
    try {
        offsets.resize(list.rows);
    } catch (const std::exception&) {
        fail(name, "has " + std::to_string(list.rows) + " numbers, which do not fit into memory");
    }
    if (H5Dread(list.id.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, offsets.data()) < 0) {
        fail(name, "cannot be read: the file is truncated or damaged" + hdf5Reason());
    }
    if (offsets.front() != 0) {
        fail(name, "begins with " + std::to_string(offsets.front()) + ": expected 0");
    }
    const auto fall = std::ranges::adjacent_find(offsets, std::greater{});
    if (fall != offsets.end()) {
        fail(name, "falls from " + std::to_string(*fall) + " to " + std::to_string(fall[1]) + " at event " +
                       std::to_string(fall - offsets.begin()) +
                       ": event i has the rows offsets[i] to offsets[i + 1] − 1");
    }
    if (offsets.back() != static_cast<std::int64_t>(rows.rows)) {
        fail(name, "ends with " + std::to_string(offsets.back()) + " and \"" + rows.name + "\" has " +
                       std::to_string(rows.rows) + " rows: the last number is how many there are");
    }
    return offsets;
}

std::vector<std::string> EventFile::columnNames(const std::string& attribute, const Matrix& matrix) const
{
    const auto names = textsAttribute(m_file.get(), attribute.c_str());
    if (!names) {
        throw InputError(m_path + ": attribute \"" + attribute +
                         "\" is missing or no list of texts: it names "
                         "the columns of dataset \"" +
                         matrix.name + "\"");
    }
    if (names->size() != matrix.columns) {
        fail(matrix.name, "has " + std::to_string(matrix.columns) + " columns and attribute \"" + attribute +
                              "\" names " + std::to_string(names->size()));
    }
    return *names;
}

EventFile::Columns EventFile::columns(const std::string& attribute, const Matrix& matrix,
                                      std::span<const std::string_view> wanted) const
{
    const std::vector<std::string> names = columnNames(attribute, matrix);
    Columns places;
    for (const std::string_view name : wanted) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end()) {
            const auto near = nearest(std::string(name), names);
            fail(matrix.name, "has no column \"" + std::string(name) + "\" in attribute \"" + attribute +
                                  "\"" + (near ? "; the nearest is \"" + *near + "\"" : ""));
        }
        places.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    return places;
}

std::vector<float> EventFile::readRows(const Matrix& matrix, std::size_t first, std::size_t count) const
{
    std::vector<float> numbers(count * matrix.columns);
    if (count == 0) {
        return numbers;
    }
    requireStored({matrix.id.get(), m_path, matrix.name}, first, count);
    const std::array<hsize_t, 2> start{first, 0};
    const std::array<hsize_t, 2> size{count, matrix.columns};
    const Hdf5Handle memory(H5Screate_simple(2, size.data(), nullptr), H5Sclose);
    const Hdf5Handle source(H5Dget_space(matrix.id.get()), H5Sclose);
    H5Sselect_hyperslab(source.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
    if (H5Dread(matrix.id.get(), H5T_NATIVE_FLOAT, memory.get(), source.get(), H5P_DEFAULT, numbers.data()) <
        0) {
        fail(matrix.name,
             "cannot be read at rows " + std::to_string(first) + " to " + std::to_string(first + count - 1) +
                 ": the file is truncated or damaged, or needs a filter that is not built in" + hdf5Reason());
    }
    return numbers;
}

std::string EventFile::placeOf(std::size_t row) const
{
    const auto next = std::ranges::upper_bound(m_offsets, static_cast<std::int64_t>(row));
    return "in row " + std::to_string(row) + " (event " + std::to_string(next - m_offsets.begin() - 1) + ")";
}

void EventFile::readElements(std::size_t first, EventSample& sample) const
{
    const auto count = static_cast<std::size_t>(sample.offsets.back());
    const std::vector<float> rows = readRows(m_elements, first, count);
    sample.elements.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const float* from = &rows[i * m_elements.columns];
        const float type = from[m_trackColumns[element::Type]];
        const bool onTrack = type == static_cast<float>(ElementType::Track);
        if (!onTrack && type != static_cast<float>(ElementType::Cluster)) {
            fail("elements", "column \"type\" is " + text(type) + " " + placeOf(first + i) +
                                 ": expected 1 for a track or 2 for a cluster");
        }
        const Columns& columns = onTrack ? m_trackColumns : m_clusterColumns;
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const float number = from[columns[column]];
            if (!std::isfinite(number)) {
                fail("elements", "column \"" +
                                     std::string((onTrack ? trackColumns : clusterColumns)[column]) +
                                     "\" is " + text(number) + " " + placeOf(first + i) + ": " + notFinite);
            }
            sample.elements[i][column] = number;
        }
    }
    for (std::size_t event = 0; event < sample.size(); ++event) {
        const auto begin = sample.elements.begin() + sample.offsets[event];
        const auto end = sample.elements.begin() + sample.offsets[event + 1];
        const auto firstCluster = std::find_if_not(begin, end, isTrack);
        if (const auto late = std::find_if(firstCluster, end, isTrack); late != end) {
            const auto row = first + static_cast<std::size_t>(late - sample.elements.begin());
            fail("elements", "has a track behind a cluster " + placeOf(row) +
                                 ": an event's tracks come before its clusters");
        }
    }
}

void EventFile::requireTarget(const Matrix& matrix, const TargetRow& row, const ElementRow& element,
                              const std::string& place) const
{
    const float number = row[target::Class];
    if (number < 0 || number >= static_cast<float>(particleClassCount) || number != std::floor(number)) {
        fail(matrix.name, "column \"class\" is " + text(number) + " " + place +
                              ": expected a class from 0 to " + std::to_string(particleClassCount - 1) +
                              ", the place in \"class_pdg\"");
    }
    if (number == 0) {
        return;
    }
    for (const std::size_t column : {std::size_t{target::Pt}, std::size_t{target::Energy}}) {
        if (!(row[column] > 0)) {
            fail(matrix.name, "column \"" + std::string(targetColumns[column]) + "\" is " +
                                  text(row[column]) + " " + place + ": a particle needs a positive one");
        }
    }
    for (const std::size_t column : {std::size_t{element::Pt}, std::size_t{element::Energy}}) {
        if (!(element[column] > 0)) {
            fail("elements", "column \"" +
                                 std::string((isTrack(element) ? trackColumns : clusterColumns)[column]) +
                                 "\" is " + text(element[column]) + " " + place +
                                 ": an element on which a particle lives needs a positive one");
        }
    }
}

std::vector<TargetRow> EventFile::readTargets(const Matrix& matrix, const Columns& columns,
                                              std::size_t firstEvent, const EventSample& sample) const
{
    const auto first = static_cast<std::size_t>(m_offsets[firstEvent]);
    const auto count = static_cast<std::size_t>(sample.offsets.back());
    const std::vector<float> rows = readRows(matrix, first, count);
    std::vector<TargetRow> targets(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const float number = rows[i * matrix.columns + columns[column]];
            if (!std::isfinite(number)) {
                fail(matrix.name, "column \"" + std::string(targetColumns[column]) + "\" is " + text(number) +
                                      " " + placeOf(first + i) + ": " + notFinite);
            }
            targets[i][column] = number;
        }
        requireTarget(matrix, targets[i], sample.elements[i], placeOf(first + i));
    }
    return targets;
}

std::vector<float> EventFile::readMet(std::size_t first, std::size_t count) const
{
    const CompoundDataset events(m_file.get(), m_path, "events");
    if (events.rows() != size()) {
        fail("events", "has " + std::to_string(events.rows()) + " rows and there are " +
                           std::to_string(size()) + " events");
    }
    const Field met = events.field("genmet");
    RowReader reader(events);
    std::vector<float> values;
    for (std::size_t i = first; i < first + count; ++i) {
        values.push_back(static_cast<float>(met(reader.read(i, 1))));
    }
    return values;
}

EventSample EventFile::read(std::size_t first, std::size_t count) const
{
    EventSample sample;
    const std::int64_t start = m_offsets[first];
    for (std::size_t event = first; event < first + count; ++event) {
        sample.offsets.push_back(m_offsets[event + 1] - start);
    }
    readElements(static_cast<std::size_t>(start), sample);
    sample.targets = readTargets(m_targets, m_targetColumns, first, sample);
    if (hasCandidates()) {
        Columns all(targetColumnCount);
        for (std::size_t column = 0; column < all.size(); ++column) {
            all[column] = column;
        }
        sample.candidates = readTargets(m_candidates, all, first, sample);
    }
    if (m_hasMet) {
        sample.met = readMet(first, count);
    }
    return sample;
}

EventJets EventFile::readGenJets(std::size_t first, std::size_t count) const
{
    EventJets jets;
    const std::int64_t start = m_genJetOffsets[first];
    for (std::size_t event = first; event < first + count; ++event) {
        jets.offsets.push_back(m_genJetOffsets[event + 1] - start);
    }
    const auto rows = static_cast<std::size_t>(jets.offsets.back());
    const std::vector<float> numbers = readRows(m_genJets, static_cast<std::size_t>(start), rows);
    jets.jets.resize(rows);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        jets.jets[i / std::tuple_size_v<JetRow>][i % std::tuple_size_v<JetRow>] = numbers[i];
    }
    return jets;
}

} // namespace widthwise::trainer
