// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/rename_watch.h"

#include <sys/types.h>
#include <vector>

namespace widthwise {

/// This machine.
class LocalHost final : public Host {
public:
    std::string name() const override;
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input = {}) override;
    /// As children of this process, with "", `adopts` (they are parents of what loses its own: prctl(2),
    /// PR_SET_CHILD_SUBREAPER) and the Unix time as arguments: what a script would start others to find out.
    void start(std::span<const std::string> scripts, std::chrono::milliseconds deadline) override;
    void writeFile(const std::string& path, std::string_view contents) override;
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override;
    std::string upload(const std::string& localPath, const std::string& path) override;
    void download(const std::string& path, const std::string& localPath) override;
    bool awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) override;
    Inventory inventory() override;

private:
    RenameWatch m_watch;
    std::vector<pid_t> m_started; ///< to be waited for once they have ended
};

} // namespace widthwise
