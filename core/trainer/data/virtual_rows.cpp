// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/virtual_rows.h"

#include "core/trainer/data/compound_dataset.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

namespace widthwise::trainer {

namespace {

namespace fs = std::filesystem;

constexpr int deepest = 8; ///< virtual datasets of virtual datasets

/// Rows `first` … `last` of the columns from `left` to `right`, all included.
struct Rectangle {
    hsize_t first = 0;
    hsize_t last = 0;
    hsize_t left = 0;
    hsize_t right = 0;
};

/// One mapping of a virtual dataset.
class Mapping {
public:
    Mapping(const NamedDataset& dataset, hid_t properties, std::size_t index)
        : m_dataset(dataset), m_here(H5Pget_virtual_vspace(properties, index), H5Sclose),
          m_there(H5Pget_virtual_srcspace(properties, index), H5Sclose)
    {
        std::array<char, PATH_MAX> text{};
        H5Pget_virtual_filename(properties, index, text.data(), text.size());
        m_file = text.data();
        text.fill(0);
        H5Pget_virtual_dsetname(properties, index, text.data(), text.size());
        m_name = text.data();
    }

    /// What it covers of the virtual dataset.
    std::vector<Rectangle> covered() const { return rectangles(m_here.get()); }
    void requireSource(int depth) const;

private:
    [[noreturn]] void fail(const std::string& what) const
    {
        throw InputError(m_dataset.path + ": dataset \"" + m_dataset.name + "\" takes rows from dataset \"" +
                         m_name + "\" of " + (m_file == "." ? "the same file" : m_file) + ": " + what);
    }
    std::vector<Rectangle> rectangles(hid_t space) const;
    void refuseUnlimited(hid_t space, int rank) const;
    std::string source() const;
    void requireFields(const CompoundDataset& from) const;
    Rectangle wanted(const CompoundDataset& from) const;

    const NamedDataset& m_dataset;
    Hdf5Handle m_here;
    Hdf5Handle m_there;
    std::string m_file;
    std::string m_name;
};

void Mapping::refuseUnlimited(hid_t space, int rank) const
{
    std::array<hsize_t, 2> start{};
    std::array<hsize_t, 2> stride{};
    std::array<hsize_t, 2> count{};
    std::array<hsize_t, 2> block{};
    if (H5Sis_regular_hyperslab(space) <= 0 ||
        H5Sget_regular_hyperslab(space, start.data(), stride.data(), count.data(), block.data()) < 0) {
        return;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) {
        if (count[i] == H5S_UNLIMITED || block[i] == H5S_UNLIMITED) {
            fail("how many is left open there (an unlimited mapping), which is not read: write the rows into "
                 "one "
                 "file, for instance with h5repack");
        }
    }
}

std::vector<Rectangle> Mapping::rectangles(hid_t space) const
{
    std::array<hsize_t, 2> size{0, 1};
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 1 || rank > 2) {
        fail("they have " + std::to_string(rank) + " dimensions there: expected 1 or 2");
    }
    H5Sget_simple_extent_dims(space, size.data(), nullptr);
    if (H5Sget_select_type(space) == H5S_SEL_ALL) {
        return {{0, size[0] - 1, 0, size[1] - 1}};
    }
    refuseUnlimited(space, rank);
    const hssize_t blocks = H5Sget_select_hyper_nblocks(space);
    if (blocks < 0) {
        fail("its mapping is not of whole rows, which is not read");
    }
    const auto corner = static_cast<std::size_t>(rank);
    std::vector<hsize_t> corners(static_cast<std::size_t>(blocks) * 2 * corner);
    H5Sget_select_hyper_blocklist(space, 0, static_cast<hsize_t>(blocks), corners.data());
    std::vector<Rectangle> all;
    for (auto at = corners.begin(); at != corners.end(); at += static_cast<std::ptrdiff_t>(2 * corner)) {
        all.push_back(rank == 1 ? Rectangle{at[0], at[1], 0, 0} : Rectangle{at[0], at[2], at[1], at[3]});
    }
    return all;
}

/// Where HDF5 finds the source: in the places and in the order in which H5F_prefix_open_file looks.
std::string Mapping::source() const
{
    if (m_file == ".") {
        return m_dataset.path;
    }
    std::vector<fs::path> places;
    if (const char* given = std::getenv("HDF5_VDS_PREFIX")) {
        std::istringstream prefixes(given);
        for (std::string prefix; std::getline(prefixes, prefix, ':');) {
            places.emplace_back(prefix);
        }
    }
    std::error_code error;
    places.push_back(fs::absolute(m_dataset.path).parent_path());
    places.push_back(fs::current_path(error));
    places.push_back(fs::weakly_canonical(m_dataset.path, error).parent_path());
    const fs::path name(m_file);
    if (name.is_absolute()) {
        places.insert(places.begin(), name.parent_path());
    }
    for (const fs::path& place : places) {
        const fs::path file = place / (name.is_absolute() ? name.filename() : name);
        if (fs::exists(file, error)) {
            return file;
        }
    }
    fail("there is no such file" + (name.is_absolute() ? "" : " in " + places[places.size() - 3].string()));
}

/// HDF5 fills the fields that a source lacks with zeros.
void Mapping::requireFields(const CompoundDataset& from) const
{
    const Hdf5Handle type(H5Dget_type(m_dataset.id), H5Tclose);
    for (const std::string& field : memberNames(type.get())) {
        if (!from.has(field)) {
            fail("it has no field \"" + field + "\"");
        }
    }
}

/// What of the source is asked for. A mapping of a whole source knows its size only from the source itself.
Rectangle Mapping::wanted(const CompoundDataset& from) const
{
    if (H5Sget_select_type(m_there.get()) == H5S_SEL_ALL) {
        hsize_t cells = 0;
        for (const Rectangle& part : covered()) {
            cells += (part.last - part.first + 1) * (part.right - part.left + 1);
        }
        const hsize_t rows = (cells + from.columns() - 1) / from.columns();
        return {0, std::max<hsize_t>(rows, from.rows()) - 1, 0, from.columns() - 1};
    }
    Rectangle all{HSIZE_UNDEF, 0, HSIZE_UNDEF, 0};
    for (const Rectangle& part : rectangles(m_there.get())) {
        all = {std::min(all.first, part.first), std::max(all.last, part.last), std::min(all.left, part.left),
               std::max(all.right, part.right)};
    }
    return all;
}

void Mapping::requireSource(int depth) const
{
    if (depth >= deepest) {
        fail("virtual datasets of virtual datasets go deeper than " + std::to_string(deepest) +
             ", or one leads to itself");
    }
    const std::string path = source();
    try {
        const Hdf5Handle file = openHdf5(path);
        const CompoundDataset from(file.get(), path, m_name);
        requireFields(from);
        const Rectangle rows = wanted(from);
        if (rows.last >= from.rows() || rows.right >= from.columns()) {
            fail("it has " + std::to_string(from.rows()) + " rows of " + std::to_string(from.columns()) +
                 ", and rows up to " + std::to_string(rows.last) + " of " + std::to_string(rows.right + 1) +
                 " are asked for");
        }
        from.requireRows(rows.first, rows.last - rows.first + 1, depth + 1);
    } catch (const InputError& error) {
        const std::string what = error.what();
        if (what.starts_with(m_dataset.path + ": dataset \"" + m_dataset.name + "\" takes")) {
            throw;
        }
        fail(what);
    }
}

} // namespace

void requireSources(const NamedDataset& dataset, hid_t properties, std::size_t first, std::size_t count,
                    int depth)
{
    std::size_t mappings = 0;
    H5Pget_virtual_count(properties, &mappings);
    const Hdf5Handle space(H5Dget_space(dataset.id), H5Sclose);
    std::array<hsize_t, 2> size{0, 1};
    H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
    std::vector<std::uint32_t> cells(count); // that come from a source, of each row
    for (std::size_t i = 0; i < mappings; ++i) {
        const Mapping mapping(dataset, properties, i);
        bool isWanted = false;
        for (const Rectangle& covered : mapping.covered()) {
            const hsize_t end = std::min<hsize_t>(covered.last + 1, first + count);
            for (hsize_t row = std::max<hsize_t>(covered.first, first); row < end; ++row) {
                cells[row - first] += static_cast<std::uint32_t>(covered.right - covered.left + 1);
                isWanted = true;
            }
        }
        if (isWanted) {
            mapping.requireSource(depth);
        }
    }
    const auto bare = std::ranges::find_if(cells, [&](std::uint32_t number) { return number < size[1]; });
    if (bare != cells.end()) {
        const auto end =
            std::find_if(bare, cells.end(), [&](std::uint32_t number) { return number >= size[1]; });
        throw InputError(dataset.path + ": dataset \"" + dataset.name + "\" is virtual, and its rows " +
                         std::to_string(first + static_cast<std::size_t>(bare - cells.begin())) + " to " +
                         std::to_string(first + static_cast<std::size_t>(end - cells.begin()) - 1) +
                         " come from no file");
    }
}

} // namespace widthwise::trainer
