// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/hdf5_writer.h"

#include "core/trainer/error.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

hid_t checked(hid_t id, const std::string& path)
{
    if (id < 0) {
        throw InputError(path + ": cannot be written" + hdf5Reason());
    }
    return id;
}

std::string partialOf(const std::string& path)
{
    return path + ".partial";
}

} // namespace

Hdf5Writer::Hdf5Writer(std::string path) : m_path(std::move(path))
{
    prepareHdf5();
    m_file = {checked(H5Fcreate(partialOf(m_path).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), m_path),
              H5Fclose};
}

Hdf5Writer::~Hdf5Writer()
{
    if (m_file) {
        unlink(partialOf(m_path).c_str());
    }
}

void Hdf5Writer::finish()
{
    checked(H5Fflush(m_file.get(), H5F_SCOPE_GLOBAL), m_path);
    m_file = {};
    if (std::rename(partialOf(m_path).c_str(), m_path.c_str()) != 0) {
        unlink(partialOf(m_path).c_str());
        throw InputError(m_path + ": cannot be written");
    }
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

void writeTexts(hid_t object, const char* name, const std::vector<std::string>& texts)
{
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    const hsize_t count = texts.size();
    Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    Hdf5Handle attribute(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
    std::vector<const char*> pointers;
    std::ranges::transform(texts, std::back_inserter(pointers), &std::string::c_str);
    H5Awrite(attribute.get(), type.get(), pointers.data());
}

RowDataset::RowDataset(const Hdf5Writer& writer, const char* name, Hdf5Handle type, std::uint64_t rows,
                       std::uint64_t columns)
    : m_path(writer.path()), m_type(std::move(type)), m_columns(columns)
{
    const int rank = columns > 0 ? 2 : 1;
    const std::array<hsize_t, 2> size{rows, columns};
    const std::array<hsize_t, 2> chunk{std::clamp<hsize_t>(rows, 1, 100), columns};
    Hdf5Handle space(H5Screate_simple(rank, size.data(), nullptr), H5Sclose);
    Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(properties.get(), rank, chunk.data());
    H5Pset_deflate(properties.get(), 1);
    H5Pset_obj_track_times(properties.get(), false); // the same content gives the same bytes
    const Hdf5Handle packed(H5Tcopy(m_type.get()), H5Tclose);
    H5Tpack(packed.get());
    m_dataset = {checked(H5Dcreate2(writer.file(), name, packed.get(), space.get(), H5P_DEFAULT,
                                    properties.get(), H5P_DEFAULT),
                         m_path),
                 H5Dclose};
}

void RowDataset::write(std::uint64_t first, std::uint64_t count, const void* rows)
{
    const int rank = m_columns > 0 ? 2 : 1;
    const std::array<hsize_t, 2> start{first, 0};
    const std::array<hsize_t, 2> size{count, m_columns};
    Hdf5Handle memory(H5Screate_simple(rank, size.data(), nullptr), H5Sclose);
    Hdf5Handle target(H5Dget_space(m_dataset.get()), H5Sclose);
    H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
    checked(H5Dwrite(m_dataset.get(), m_type.get(), memory.get(), target.get(), H5P_DEFAULT, rows), m_path);
}

} // namespace widthwise::trainer
