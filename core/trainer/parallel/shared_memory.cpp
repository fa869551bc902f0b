// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/shared_memory.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

[[noreturn]] void fail()
{
    throw std::runtime_error(std::string("the workers get no shared memory: ") + std::strerror(errno));
}

int sized(int descriptor, std::size_t bytes)
{
    if (descriptor < 0 || ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
        fail();
    }
    return descriptor;
}

} // namespace

int createSharedMemory(std::size_t bytes)
{
    return sized(memfd_create("widthwise-workers", 0), bytes);
}

int openSharedMemory(const std::string& name, std::size_t bytes)
{
    return sized(shm_open(name.c_str(), O_RDWR | O_CREAT, 0600), bytes);
}

void forgetSharedMemory(const std::string& name)
{
    shm_unlink(name.c_str());
}

SharedMemory::SharedMemory(int descriptor, std::size_t bytes) : m_descriptor(descriptor), m_bytes(bytes)
{
    void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (data == MAP_FAILED) {
        fail();
    }
    m_data = static_cast<std::byte*>(data);
}

SharedMemory::~SharedMemory()
{
    munmap(m_data, m_bytes);
    close(m_descriptor);
}

} // namespace widthwise::trainer
