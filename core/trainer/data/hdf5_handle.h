// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

namespace widthwise::trainer {

/// Owns one HDF5 identifier.
class Hdf5Handle {
public:
    using Close = herr_t (*)(hid_t);

    Hdf5Handle() = default;
    Hdf5Handle(hid_t id, Close close) : m_id(id), m_close(close) {}
    Hdf5Handle(Hdf5Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept
    {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Hdf5Handle()
    {
        if (m_id >= 0) {
            m_close(m_id);
        }
    }

    explicit operator bool() const { return m_id >= 0; }
    hid_t get() const { return m_id; }

private:
    hid_t m_id = -1;
    Close m_close = nullptr;
};

inline constexpr H5Z_filter_t lzfFilter = 32000;

/// Makes HDF5 keep its errors to itself, know the filter lzf, h5py's default, and look for the files that
/// hold a dataset's bytes beside the one that names them, unless HDF5_EXTFILE_PREFIX says where. Comes before
/// all else of HDF5.
void prepareHdf5();

/// What HDF5 says of its last error, for the end of a message: " (…)", or nothing.
std::string hdf5Reason();

} // namespace widthwise::trainer
