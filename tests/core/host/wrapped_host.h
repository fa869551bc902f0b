// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/local_host.h"

namespace widthwise {

/// This machine, for hosts that differ from it in some ways.
class WrappedHost : public Host {
public:
    std::string name() const override { return m_host.name(); }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        return m_host.run(command, deadline, input);
    }
    void writeFile(const std::string& path, std::string_view contents) override
    {
        m_host.writeFile(path, contents);
    }
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override
    {
        return m_host.readFiles(requests);
    }
    std::string upload(const std::string& localPath, const std::string& path) override
    {
        return m_host.upload(localPath, path);
    }
    void download(const std::string& path, const std::string& localPath) override
    {
        m_host.download(path, localPath);
    }
    bool awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) override
    {
        return m_host.awaitRename(directories, timeout);
    }
    Inventory inventory() override { return m_host.inventory(); }

private:
    LocalHost m_host;
};

} // namespace widthwise
