// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/file_descriptor.h"

#include <chrono>
#include <map>
#include <span>
#include <string>

namespace widthwise {

/// Tells when a file was renamed into one of a set of directories (inotify). A directory that cannot be
/// watched is looked at every few milliseconds by the caller instead: the wait then is short.
class RenameWatch {
public:
    RenameWatch();

    /// Forgets directories that are no longer named and adds the new ones, then waits; returns at once where
    /// one was added, as something may have been renamed into it before. False: it is sure that nothing was.
    bool await(std::span<const std::string> directories, std::chrono::milliseconds timeout);

private:
    bool follow(std::span<const std::string> directories);
    void forgetAllBut(std::span<const std::string> directories);
    bool tookRename();

    FileDescriptor m_inotify;
    std::map<std::string, int> m_watches;
    bool m_complete = true; ///< every directory named last is watched
};

} // namespace widthwise
