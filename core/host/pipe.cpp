// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/pipe.h"

#include "core/host/host.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>

namespace widthwise {

Pipe makePipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw HostError(std::string("cannot start a command: no pipe: ") + std::strerror(errno));
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void makeNonBlocking(const FileDescriptor& descriptor)
{
    fcntl(descriptor.number(), F_SETFL, fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

BlockedSigpipe::BlockedSigpipe()
{
    sigemptyset(&m_pipe);
    sigaddset(&m_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
}

BlockedSigpipe::~BlockedSigpipe()
{
    const timespec now{};
    while (sigtimedwait(&m_pipe, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

} // namespace widthwise
