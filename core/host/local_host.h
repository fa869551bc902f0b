// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/rename_watch.h"

namespace widthwise {

/// This machine.
class LocalHost final : public Host {
public:
    std::string name() const override;
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input = {}) override;
    void writeFile(const std::string& path, std::string_view contents) override;
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override;
    std::string upload(const std::string& localPath, const std::string& path) override;
    void download(const std::string& path, const std::string& localPath) override;
    void awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) override;
    Inventory inventory() override;

private:
    RenameWatch m_watch;
};

} // namespace widthwise
