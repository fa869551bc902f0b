// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct ssh_channel_struct;
struct ssh_session_struct;

namespace widthwise {

struct SshFree {
    void operator()(ssh_session_struct* session) const;
};
/// A libssh session, disconnected and freed at the end.
using SshHandle = std::unique_ptr<ssh_session_struct, SshFree>;

struct SshChannelFree {
    void operator()(ssh_channel_struct* channel) const;
};
/// A channel of a session, closed and freed at the end, before its session.
using SshChannel = std::unique_ptr<ssh_channel_struct, SshChannelFree>;

} // namespace widthwise
