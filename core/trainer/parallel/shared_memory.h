// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace widthwise::trainer {

/// New memory of so many zeros, for processes that inherit the descriptor. Throws std::runtime_error, as all
/// here.
int createSharedMemory(std::size_t bytes);
/// The memory that this user's processes know as `name`; whoever comes first makes it.
int openSharedMemory(const std::string& name, std::size_t bytes);
/// Those that have it keep it; nobody else finds it any more.
void forgetSharedMemory(const std::string& name);

/// The memory behind a descriptor, which this takes over.
class SharedMemory {
public:
    SharedMemory(int descriptor, std::size_t bytes);
    ~SharedMemory();
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    std::byte* data() const { return m_data; }

private:
    int m_descriptor;
    std::size_t m_bytes;
    std::byte* m_data;
};

} // namespace widthwise::trainer
