// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_handle.h"

#include <libssh/libssh.h>

namespace widthwise {

void SshFree::operator()(ssh_session_struct* session) const
{
    ssh_disconnect(session);
    ssh_free(session);
}

void SshChannelFree::operator()(ssh_channel_struct* channel) const
{
    ssh_channel_free(channel);
}

} // namespace widthwise
