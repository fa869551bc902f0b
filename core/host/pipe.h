// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/file_descriptor.h"

#include <csignal>

namespace widthwise {

struct Pipe {
    FileDescriptor readEnd;
    FileDescriptor writeEnd;
};

/// Closed in other programs that this one becomes or starts. Throws HostError.
Pipe makePipe();

void makeNonBlocking(const FileDescriptor& descriptor);

/// While it lives, a child that closes its input early does not end this thread's process with SIGPIPE.
class BlockedSigpipe {
public:
    BlockedSigpipe();
    ~BlockedSigpipe();
    BlockedSigpipe(const BlockedSigpipe&) = delete;
    BlockedSigpipe& operator=(const BlockedSigpipe&) = delete;

private:
    sigset_t m_pipe{};
    sigset_t m_before{};
};

} // namespace widthwise
