// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/compound_dataset.h"

#include "core/space/nearest.h"
#include "core/trainer/data/lzf.h"
#include "core/trainer/data/stored_rows.h"
#include "core/trainer/error.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <libdeflate.h>
#include <memory>
#include <sys/file.h>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

template <typename T>
double readAs(const std::byte* bytes)
{
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return static_cast<double>(value);
}

/// IEEE 754 binary16.
double readHalf(const std::byte* bytes)
{
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes, sizeof bits);
    const int exponent = (bits >> 10) & 31;
    const int mantissa = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31) {
        return mantissa != 0 ? std::nan("") : sign * HUGE_VAL;
    }
    return sign * (exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25));
}

/// By the exponent's and the mantissa's bits: bfloat16, for one, is as long as a half.
Field::Read floatReader(hid_t type)
{
    std::size_t sign = 0;
    std::size_t exponentAt = 0;
    std::size_t exponent = 0;
    std::size_t mantissaAt = 0;
    std::size_t mantissa = 0;
    H5Tget_fields(type, &sign, &exponentAt, &exponent, &mantissaAt, &mantissa);
    if (exponent != 5 && exponent != 8 && exponent != 11) { // a damaged file may say anything
        return nullptr;
    }
    const bool isPlain = sign + 1 == 8 * H5Tget_size(type) && exponentAt == mantissa && mantissaAt == 0 &&
                         H5Tget_ebias(type) == (std::size_t{1} << (exponent - 1)) - 1;
    if (!isPlain || sign != exponent + mantissa) {
        return nullptr;
    }
    return exponent == 5                     ? readHalf
           : exponent == 8 && mantissa == 23 ? readAs<float>
           : exponent == 11                  ? readAs<double>
                                             : nullptr;
}

Field::Read integerReader(std::size_t size, bool isSigned)
{
    switch (size) {
    case 1:
        return isSigned ? readAs<std::int8_t> : readAs<std::uint8_t>;
    case 2:
        return isSigned ? readAs<std::int16_t> : readAs<std::uint16_t>;
    case 4:
        return isSigned ? readAs<std::int32_t> : readAs<std::uint32_t>;
    case 8:
        return isSigned ? readAs<std::int64_t> : readAs<std::uint64_t>;
    default:
        return nullptr;
    }
}

/// Null for a type that is not a little-endian number or boolean.
Field::Read readerOf(hid_t type)
{
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_ENUM) {
        const Hdf5Handle base(H5Tget_super(type), H5Tclose);
        return readerOf(base.get());
    }
    const std::size_t size = H5Tget_size(type);
    if (kind == H5T_INTEGER && H5Tget_precision(type) != 8 * size) {
        return nullptr;
    }
    if ((kind != H5T_FLOAT && kind != H5T_INTEGER) || (size > 1 && H5Tget_order(type) != H5T_ORDER_LE)) {
        return nullptr;
    }
    return kind == H5T_FLOAT ? floatReader(type) : integerReader(size, H5Tget_sign(type) == H5T_SGN_2);
}

/// How many rows are read at a time where chunks are smaller than `fewRows`, or where there are none.
constexpr std::size_t manyRows = 1000;
constexpr std::size_t fewRows = 50;
constexpr std::size_t mostBytes = std::size_t{256} << 20; ///< that are read at a time
constexpr hssize_t mostTexts = 1000;                      ///< of an attribute

ChunkCoding codingOf(hid_t properties)
{
    if (H5Pget_nfilters(properties) == 0) {
        return ChunkCoding::Raw;
    }
    unsigned flags = 0;
    unsigned settings = 0;
    std::size_t count = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, 0, &flags, &count, nullptr, 0, nullptr, &settings);
    if (H5Pget_nfilters(properties) > 1) {
        return ChunkCoding::Other;
    }
    return filter == lzfFilter            ? ChunkCoding::Lzf
           : filter == H5Z_FILTER_DEFLATE ? ChunkCoding::Gzip
                                          : ChunkCoding::Other;
}

bool inflate(const std::vector<std::byte>& stored, std::vector<std::byte>& bytes)
{
    thread_local const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>
        decoder(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    return libdeflate_zlib_decompress(decoder.get(), stored.data(), stored.size(), bytes.data(), bytes.size(),
                                      nullptr) == LIBDEFLATE_SUCCESS;
}

bool decode(ChunkCoding coding, const std::vector<std::byte>& stored, std::vector<std::byte>& bytes)
{
    if (coding == ChunkCoding::Gzip) {
        return inflate(stored, bytes);
    }
    const LzfResult result = decodeLzf({reinterpret_cast<const unsigned char*>(stored.data()), stored.size()},
                                       {reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
    return result.status == LzfStatus::Decoded && result.size == bytes.size();
}

/// HDF5 locks a file while it is open: for all others where it is written.
bool isLocked(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool locked = file >= 0 && flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return locked;
}

std::string whyNotOpen(const std::string& path, const std::string& reason)
{
    if (isLocked(path)) {
        return ": another program has it open for writing: wait until that closes it, or set "
               "HDF5_USE_FILE_LOCKING=FALSE where you know that it does not write any more";
    }
    if (reason.find("already open for") != std::string::npos) {
        return ": a program has it open for writing, or ended before it closed it: wait, or clear the mark "
               "with "
               "h5clear -s where you know that it is whole";
    }
    if (H5Fis_hdf5(path.c_str()) > 0) {
        return ": the HDF5 file is truncated or damaged" + reason;
    }
    return ": not an HDF5 file" + reason;
}

/// Of a link that leads elsewhere; empty for others.
std::string linkTarget(hid_t file, const char* name)
{
    H5L_info_t info{};
    if (H5Lget_info(file, name, &info, H5P_DEFAULT) < 0 || info.type == H5L_TYPE_HARD) {
        return {};
    }
    std::vector<char> value(info.u.val_size + 1);
    H5Lget_val(file, name, value.data(), info.u.val_size, H5P_DEFAULT);
    if (info.type == H5L_TYPE_SOFT) {
        return value.data();
    }
    const char* target = nullptr;
    const char* object = nullptr;
    return H5Lunpack_elink_val(value.data(), info.u.val_size, nullptr, &target, &object) < 0
               ? std::string()
               : std::string(object) + " of the file " + target;
}

} // namespace

std::vector<std::string> memberNames(hid_t type)
{
    std::vector<std::string> names;
    const int count = H5Tget_nmembers(type);
    for (int i = 0; i < count; ++i) {
        char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
        names.emplace_back(name);
        H5free_memory(name);
    }
    return names;
}

static_assert(std::endian::native == std::endian::little);

Hdf5Handle openHdf5(const std::string& path)
{
    prepareHdf5();
    if (access(path.c_str(), R_OK) != 0) {
        throw InputError(path + ": " + std::strerror(errno));
    }
    if (std::filesystem::is_directory(path)) {
        throw InputError(path + ": is a folder: name an HDF5 file");
    }
    Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file) {
        throw InputError(path + whyNotOpen(path, hdf5Reason()));
    }
    return file;
}

CompoundDataset::CompoundDataset(hid_t file, std::string path, std::string name)
    : m_path(std::move(path)), m_name(std::move(name))
{
    if (H5Lexists(file, m_name.c_str(), H5P_DEFAULT) <= 0) {
        throw InputError(m_path + ": there is no dataset \"" + m_name + "\"");
    }
    open(file);
    m_type = {H5Dget_type(m_dataset.get()), H5Tclose};
    if (H5Tget_class(m_type.get()) != H5T_COMPOUND) {
        fail("has the wrong type: expected compounds with named fields");
    }
    const Hdf5Handle space(H5Dget_space(m_dataset.get()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 1 || rank > 2) {
        fail("has " + std::to_string(rank) + " dimensions: expected 1 or 2");
    }
    std::array<hsize_t, 2> size{0, 1};
    H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
    m_dimensions = rank;
    m_rows = size[0];
    m_columns = size[1];
    m_stride = H5Tget_size(m_type.get());
    if (m_stride == 0 || m_columns > mostBytes / m_stride) {
        fail("has rows of " + std::to_string(m_columns) + " times " + std::to_string(m_stride) +
             " bytes, which is more than a row can have: the file is damaged");
    }
    const Hdf5Handle properties(H5Dget_create_plist(m_dataset.get()), H5Pclose);
    setChunks(properties.get(), rank);
}

void CompoundDataset::setChunks(hid_t properties, int rank)
{
    const std::size_t most = mostBytes / std::max(m_columns * m_stride, std::size_t{1});
    m_chunkRows = std::min(manyRows, most);
    if (H5Pget_layout(properties) != H5D_CHUNKED) {
        return;
    }
    std::array<hsize_t, 2> chunk{1, 1};
    H5Pget_chunk(properties, rank, chunk.data());
    const std::size_t rows = std::max<hsize_t>(chunk[0], 1);
    const bool isHandy = rows >= fewRows && rows <= most && chunk[1] == m_columns;
    m_chunkRows = std::min(rows >= fewRows ? rows : rows * (manyRows / rows), most);
    m_coding = isHandy ? codingOf(properties) : ChunkCoding::Other;
}

void CompoundDataset::open(hid_t file)
{
    m_dataset = {H5Dopen2(file, m_name.c_str(), H5P_DEFAULT), H5Dclose};
    if (!m_dataset) {
        const std::string target = linkTarget(file, m_name.c_str());
        fail((target.empty() ? "is not a dataset" : "is a link to " + target + ", which cannot be opened") +
             hdf5Reason());
    }
}

void CompoundDataset::fail(const std::string& what) const
{
    throw InputError(m_path + ": dataset \"" + m_name + "\" " + what);
}

bool CompoundDataset::has(const std::string& field) const
{
    return H5Tget_member_index(m_type.get(), field.c_str()) >= 0;
}

Field CompoundDataset::field(const std::string& name) const
{
    const int index = H5Tget_member_index(m_type.get(), name.c_str());
    if (index < 0) {
        const auto near = nearest(name, memberNames(m_type.get()));
        fail("has no field \"" + name + "\"" + (near ? "; the nearest is \"" + *near + "\"" : ""));
    }
    const auto member = static_cast<unsigned>(index);
    const Hdf5Handle type(H5Tget_member_type(m_type.get(), member), H5Tclose);
    const Field::Read reader = readerOf(type.get());
    if (reader == nullptr) {
        fail("field \"" + name + "\" has the wrong type: expected a little-endian number or a boolean");
    }
    const std::size_t offset = H5Tget_member_offset(m_type.get(), member);
    if (offset + H5Tget_size(type.get()) > m_stride) {
        fail("field \"" + name + "\" lies outside of its row: the file is damaged");
    }
    return {offset, reader};
}

std::vector<std::string> CompoundDataset::textAttribute(const std::string& name) const
{
    if (H5Aexists(m_dataset.get(), name.c_str()) <= 0) {
        fail("has no attribute \"" + name + "\"");
    }
    const Hdf5Handle attribute(H5Aopen(m_dataset.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
    const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
    if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_ndims(space.get()) != 1) {
        fail("attribute \"" + name + "\" has the wrong type: expected a list of texts");
    }
    const hssize_t points = H5Sget_simple_extent_npoints(space.get());
    const std::size_t size = H5Tget_size(type.get());
    if (points < 0 || points > mostTexts || size > mostBytes / mostTexts) {
        fail("attribute \"" + name + "\" has " + std::to_string(points) + " texts of " +
             std::to_string(size) + " bytes: the file is damaged");
    }
    const auto count = static_cast<std::size_t>(points);
    std::vector<std::string> texts;
    if (H5Tis_variable_str(type.get()) > 0) {
        std::vector<char*> pointers(count, nullptr);
        if (H5Aread(attribute.get(), type.get(), pointers.data()) < 0) {
            fail("attribute \"" + name + "\" cannot be read" + hdf5Reason());
        }
        for (const char* text : pointers) {
            texts.emplace_back(text == nullptr ? "" : text);
        }
        H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, pointers.data());
        return texts;
    }
    std::vector<char> bytes(count * size);
    if (H5Aread(attribute.get(), type.get(), bytes.data()) < 0) {
        fail("attribute \"" + name + "\" cannot be read" + hdf5Reason());
    }
    for (std::size_t i = 0; i < count; ++i) {
        texts.emplace_back(&bytes[i * size], strnlen(&bytes[i * size], size));
    }
    return texts;
}

std::vector<std::byte> CompoundDataset::fillValue() const
{
    std::vector<std::byte> bytes(m_stride);
    const Hdf5Handle properties(H5Dget_create_plist(m_dataset.get()), H5Pclose);
    H5Pget_fill_value(properties.get(), m_type.get(), bytes.data());
    return bytes;
}

void CompoundDataset::requireRows(std::size_t first, std::size_t count, int depth) const
{
    requireStored({m_dataset.get(), m_path, m_name}, first, count, depth);
}

void CompoundDataset::read(std::size_t first, std::size_t count, std::vector<std::byte>& bytes) const
{
    const std::array<hsize_t, 2> start{first, 0};
    const std::array<hsize_t, 2> size{count, m_columns};
    requireRows(first, count);
    bytes.resize(count * m_columns * m_stride);
    const Hdf5Handle source(H5Dget_space(m_dataset.get()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(source.get());
    const Hdf5Handle memory(H5Screate_simple(rank, size.data(), nullptr), H5Sclose);
    H5Sselect_hyperslab(source.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
    if (H5Dread(m_dataset.get(), m_type.get(), memory.get(), source.get(), H5P_DEFAULT, bytes.data()) < 0) {
        fail("cannot be read at rows " + std::to_string(first) + " to " + std::to_string(first + count) +
             ": the file is truncated or damaged, or needs a filter that is not built in" + hdf5Reason());
    }
}

bool CompoundDataset::readChunk(std::size_t index, std::vector<std::byte>& stored,
                                std::vector<std::byte>& bytes) const
{
    const std::array<hsize_t, 2> start{index * m_chunkRows, 0};
    hsize_t size = 0;
    if (m_coding == ChunkCoding::Other ||
        H5Dget_chunk_storage_size(m_dataset.get(), start.data(), &size) < 0 || size == 0) {
        return false;
    }
    const std::size_t decoded = m_chunkRows * m_columns * m_stride;
    const bool isRaw = m_coding == ChunkCoding::Raw;
    if (isRaw ? size != decoded : size > mostBytes) {
        return false;
    }
    bytes.resize(decoded);
    stored.resize(isRaw ? 0 : size);
    std::uint32_t skipped = 0; // filters that this chunk went without
    const herr_t status = H5Dread_chunk(m_dataset.get(), H5P_DEFAULT, start.data(), &skipped,
                                        isRaw ? bytes.data() : stored.data());
    return status >= 0 && skipped == 0 && (isRaw || decode(m_coding, stored, bytes));
}

} // namespace widthwise::trainer
