// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct ssh_session_struct;

namespace widthwise {

struct SshFree {
    void operator()(ssh_session_struct* session) const;
};
/// A libssh session, disconnected and freed at the end.
using SshHandle = std::unique_ptr<ssh_session_struct, SshFree>;

} // namespace widthwise
