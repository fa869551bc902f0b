// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_host.h"

#include "core/host/checksum.h"
#include "core/host/inventory.h"
#include "core/host/local_host.h"
#include "core/host/partial_path.h"
#include "core/host/shell.h"
#include "core/host/ssh/remote_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

namespace widthwise {

namespace {

constexpr std::chrono::seconds questionDeadline{30}; ///< a busy login node takes its time
constexpr std::size_t smallFile = 256 * 1024;

SshConnection::Options connectionOptions(const SshHost::Options& options, const SshTarget& target)
{
    return {.target = target, .timeout = options.timeout, .channels = options.channels};
}

SshTarget targetOf(const SshHost::Options& options)
{
    LocalHost local;
    return resolveSshTarget(local, options.name, options.configFile, options.jump);
}

std::string freshMark()
{
    std::random_device random;
    char text[64];
    std::snprintf(text, sizeof text, "slice-%08x%08x%08x", random(), random(), random());
    return text;
}

/// The last line that a command complained with.
std::string complaint(const CommandResult& result)
{
    std::string text = result.errors.empty() ? result.output : result.errors;
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    text = text.substr(text.rfind('\n') + 1);
    if (result.timedOut)
        return "no answer in time";
    return text.empty() ? "exit code " + std::to_string(result.exitCode) : text;
}

SshInput openFile(const std::string& path)
{
    SshInput input{.text = {},
                   .file = std::make_shared<FileDescriptor>(open(path.c_str(), O_RDONLY | O_CLOEXEC)),
                   .size = 0};
    struct stat about {};
    if (!*input.file || fstat(input.file->number(), &about) != 0)
        throw HostError("cannot read " + path + ": " + std::strerror(errno));
    input.size = static_cast<std::size_t>(about.st_size);
    return input;
}

/// One that may be longer than a system allows a command to be (128 KiB on Linux). In braces: what a lost
/// link cuts off is not begun.
CommandResult runScript(SshConnection& connection, const std::string& script)
{
    return connection.run("exec /bin/sh", questionDeadline, {.text = "{\n" + script + "}\n", .file = {}});
}

} // namespace

SshHost::SshHost(const Options& options) : SshHost(options, targetOf(options)) {}

SshHost::SshHost(Options options, const SshTarget& target)
    : m_options(std::move(options)), m_commands(connectionOptions(m_options, target), m_secrets),
      m_bulk(connectionOptions(m_options, target), m_secrets)
{
}

void SshHost::connect(SshPrompter& prompter)
{
    m_commands.connect(prompter);
}

CommandResult SshHost::run(const std::string& command, std::chrono::milliseconds deadline,
                           std::string_view input)
{
    return m_commands.run(command, deadline, {.text = std::string(input), .file = {}});
}

CommandResult SshHost::stream(const std::string& command, std::chrono::milliseconds deadline,
                              const std::function<void(std::string_view)>& output)
{
    return m_commands.run(command, deadline, {}, output);
}

/// Over the first connection where a person would have to log in once more for the second.
CommandResult SshHost::runBulk(const std::string& command, std::chrono::milliseconds deadline,
                               const SshInput& input, const std::function<void(std::string_view)>& output)
{
    try {
        return m_bulk.run(command, deadline, input, output);
    } catch (const HostError&) {
        if (m_bulk.status().state != LinkStatus::State::NeedsPerson)
            throw;
    }
    return m_commands.run(command, deadline, input, output);
}

void SshHost::writeFile(const std::string& path, std::string_view contents)
{
    const std::string script = writeFileScript(path);
    const CommandResult result =
        contents.size() > smallFile
            ? runBulk(script, questionDeadline, {.text = std::string(contents), .file = {}})
            : m_commands.run(script, questionDeadline, {.text = std::string(contents), .file = {}});
    if (result.exitCode != 0)
        throw HostError("cannot write " + path + " on " + name() + ": " + complaint(result));
}

void SshHost::writeFiles(std::span<const FileContents> files)
{
    const CommandResult result = runScript(m_commands, writeFilesScript(files));
    if (result.exitCode != 0)
        throw HostError("cannot write files on " + name() + ": " + complaint(result));
}

std::vector<std::optional<FileSlice>> SshHost::readFiles(std::span<const FileRequest> requests)
{
    if (requests.empty())
        return {};
    const std::string mark = freshMark();
    const CommandResult result = runScript(m_commands, readFilesScript(requests, mark));
    if (result.timedOut)
        throw HostError(name() + " did not answer in time");
    return readSlices(result.output, requests, mark);
}

bool SshHost::awaitRename(std::span<const std::string>, std::chrono::milliseconds timeout)
{
    constexpr std::chrono::milliseconds turn{1000};
    std::this_thread::sleep_for(std::min(timeout, turn));
    return true;
}

Inventory SshHost::inventory()
{
    return inventoryOf(*this);
}

std::string SshHost::upload(const std::string& localPath, const std::string& path)
{
    const SshInput file = openFile(localPath);
    LocalHost local;
    const std::string sum = sha256Of(local, localPath);
    const auto mode = std::filesystem::status(localPath).permissions() & std::filesystem::perms::owner_exec;
    const bool isProgram = mode != std::filesystem::perms::none;
    const CommandResult result = runBulk(uploadScript(path, sum, isProgram), bulkDeadline, file);
    if (result.exitCode == notWhatWasSent)
        throw HostError("what arrived at " + name() + " is not what was sent: " + path +
                        "; does something write " + localPath + "?");
    if (result.exitCode != 0)
        throw HostError("cannot upload " + path + " to " + name() + ": " + complaint(result));
    return sum;
}

void SshHost::download(const std::string& path, const std::string& localPath)
{
    const std::string part = partialPath(localPath);
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    const CommandResult result =
        runBulk("cat <" + shellQuoted(path), bulkDeadline, {},
                [&](std::string_view bytes) { file.write(bytes.data(), std::ssize(bytes)); });
    file.close();
    if (result.exitCode != 0 || !file) {
        std::filesystem::remove(part);
        throw HostError("cannot download " + path + " from " + name() + ": " +
                        (file ? complaint(result) : "cannot write " + part));
    }
    std::filesystem::rename(part, localPath);
}

} // namespace widthwise
