// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/ssh/ssh_prompter.h"
#include "core/store/mirrors.h"

#include <memory>
#include <string>

namespace widthwise::ctl {

// What `attach`, `detach` and `mirror` have in common.

/// What HOST[:STORE] names; HOST may be a site. Throws Failure.
Remote remoteOf(const std::string& argument);

/// "juwels:/p/me/widthwise.db", or the host alone for its usual store.
std::string nameOf(const Remote& remote);

/// The way there, logged in where `prompter` is not null. Throws HostError.
std::unique_ptr<Host> hostOf(const Remote& remote, SshPrompter* prompter);

/// "3 experiments": how many copies of it there are.
std::string copiesText(Database& database, std::int64_t mirror);

} // namespace widthwise::ctl
