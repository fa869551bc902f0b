// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_connection.h"

namespace widthwise {

/// A machine that is reached by SSH. Small things go over one connection, large ones over a second, so that a
/// long upload does not hold up a short question. Every call throws HostError while the link is down.
class SshHost final : public Host {
public:
    struct Options {
        std::string name;       ///< as for `ssh`: an alias, a host, user@host
        std::string configFile; ///< in place of the person's and the system's; empty: those
        std::string jump = {};  ///< as for `ssh -J`; empty: what is configured
        std::chrono::milliseconds timeout{10'000};
        int channels = 4;
    };

    /// Reads the configuration (`ssh -G`); connects with the first call. Throws HostError.
    explicit SshHost(const Options& options);

    /// Connects now and asks `prompter` what only a person knows.
    void connect(SshPrompter& prompter);
    LinkStatus status() const { return m_commands.status(); }

    std::string name() const override { return m_options.name; }
    std::optional<LinkStatus> link() const override { return status(); }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input = {}) override;
    CommandResult stream(const std::string& command, std::chrono::milliseconds deadline,
                         const std::function<void(std::string_view)>& output) override;
    void writeFile(const std::string& path, std::string_view contents) override;
    void writeFiles(std::span<const FileContents> files) override;
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override;
    std::string upload(const std::string& localPath, const std::string& path) override;
    void download(const std::string& path, const std::string& localPath) override;
    /// Waits, and never knows.
    bool awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) override;
    Inventory inventory() override;

private:
    SshHost(Options options, const SshTarget& target);

    CommandResult runBulk(const std::string& command, std::chrono::milliseconds deadline,
                          const SshInput& input = {},
                          const std::function<void(std::string_view)>& output = {});

    Options m_options;
    SshSecrets m_secrets;
    SshConnection m_commands;
    SshConnection m_bulk;
};

} // namespace widthwise
